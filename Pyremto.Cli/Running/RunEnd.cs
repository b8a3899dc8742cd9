namespace Pyremto.Cli.Running;

/// <summary>How a run ended.</summary>
internal enum RunEnd
{
    /// <summary>All jobs were run.</summary>
    Done,

    /// <summary>There was nothing to run.</summary>
    NothingToRun,

    /// <summary>Somebody pressed Ctrl-C; what ran was finished.</summary>
    Interrupted,

    /// <summary>So many jobs failed, and none succeeded, as <c>--max-failures</c> says.</summary>
    RepeatedFailures,
}
