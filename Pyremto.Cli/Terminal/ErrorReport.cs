using Microsoft.Extensions.Options;

namespace Pyremto.Cli.Terminal;

/// <summary>What an exception means to who sits at the terminal: an exit code and one line.</summary>
internal static class ErrorReport
{
    /// <summary>Writes the line, and with <c>--verbose</c> everything; answers the exit code.</summary>
    public static int Write(Exception error, CommandOutput output)
    {
        var (exitCode, line) = Explain(error);
        output.WriteError(line);
        output.WriteDetail(TerminalText.EscapeLines(error.ToString()));
        return exitCode;
    }

    /// <summary>The exit code and the line, which is not escaped yet.</summary>
    public static (int ExitCode, string Line) Explain(Exception error) => error switch
    {
        CommandException command => (command.ExitCode, command.Message),
        CoordinatorUnreachableException => (ExitCode.Unreachable, $"{error.Message} 'pyremto serve' starts one; --url or --pipe says where it is."),
        UnwritableDataException => (ExitCode.WrongUse, error.Message),
        _ when DiskFull.Is(error) => (ExitCode.TryAgain, $"{error.Message.TrimEnd('.')}. The disk is full: make room, then start it again."),
        StoreUnavailableException => (ExitCode.TryAgain, error.Message),
        InternalErrorException => (ExitCode.Unreachable, error.Message),
        WrongPasswordException => (ExitCode.Refused, $"{error.Message} A password comes from --password-file, PYREMTO_PASSWORD or --ask-password."),
        BannedException banned => (ExitCode.Refused, $"{error.Message} Wait {Math.Ceiling(banned.RetryAfter.TotalSeconds)} seconds."),
        OptionsValidationException options => (ExitCode.WrongUse, string.Join(" ", options.Failures)),
        PyremtoException => (ExitCode.WrongUse, error.Message),
        IOException or UnauthorizedAccessException => (ExitCode.WrongUse, error.Message),
        _ => (ExitCode.Fault, $"A fault of pyremto itself ({error.GetType().Name}): {error.Message} With --verbose it tells where."),
    };
}
