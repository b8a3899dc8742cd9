namespace Pyremto.Cli.Terminal;

/// <summary>How the command ends. Scripts rely on these numbers.</summary>
internal static class ExitCode
{
    /// <summary>All is done; of a worker: nothing is left for it.</summary>
    public const int Done = 0;

    /// <summary>Some jobs are unfinished or exhausted.</summary>
    public const int Unfinished = 1;

    /// <summary>What was asked for makes no sense, or a file that was named cannot be used.</summary>
    public const int WrongUse = 2;

    /// <summary>No coordinator answers, or it met a fault of its own.</summary>
    public const int Unreachable = 3;

    /// <summary>The password, or the operator's key, is missing or wrong.</summary>
    public const int Refused = 4;

    /// <summary>A worker stopped, since its program failed again and again.</summary>
    public const int FailedRepeatedly = 5;

    /// <summary>A fault of this program itself.</summary>
    public const int Fault = 70;

    /// <summary>This machine, or the coordinator's, has no room left for it now; the same call works when there is some again.</summary>
    public const int TryAgain = 75;

    /// <summary>A signal ended it, or nobody reads its output any more.</summary>
    public const int Interrupted = 130;
}
