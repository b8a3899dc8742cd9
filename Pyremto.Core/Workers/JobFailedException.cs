namespace Pyremto;

/// <summary>
/// Thrown by a handler to fail its job with words of its own (S9). Any other exception fails the job too, with its type and message.
/// </summary>
/// <param name="message">What happened, for the person who reads it; cut after 64 KiB.</param>
/// <param name="innerException">What it comes from; its message is not reported.</param>
public sealed class JobFailedException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Whether all attempts of the job are spent, since trying again would fail again.</summary>
    /// <value>The default is false: the job is tried again while it has attempts left.</value>
    public bool Final { get; init; }

    /// <summary>The exit code where a program was run.</summary>
    public int? ExitCode { get; init; }
}
