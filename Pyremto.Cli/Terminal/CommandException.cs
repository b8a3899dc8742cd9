namespace Pyremto.Cli.Terminal;

/// <summary>Ends a verb with an exit code and one line that says what to do.</summary>
internal sealed class CommandException(int exitCode, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>One of <see cref="Terminal.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>What was asked for makes no sense.</summary>
    public static CommandException WrongUse(string message, Exception? innerException = null) =>
        new(Terminal.ExitCode.WrongUse, message, innerException);
}
