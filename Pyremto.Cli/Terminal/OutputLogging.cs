using Microsoft.Extensions.Logging;

namespace Pyremto.Cli.Terminal;

/// <summary>The log of hosts and clients on standard error, a line each: warnings and worse, with <c>--verbose</c> also what is told for information.</summary>
internal sealed class OutputLogging(CommandOutput output) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new OutputLogger(output);

    /// <summary>A message as a line of its own, with what it is about where an exception alone says that.</summary>
    public static string Line(string message, Exception? exception) =>
        exception is null || message.Contains(exception.Message, StringComparison.Ordinal) ? message : $"{message} ({exception.Message})";

    public void Dispose()
    {
        // The output is the command's.
    }

    /// <summary>One logger for all categories: who runs a command knows none of them.</summary>
    private sealed class OutputLogger(CommandOutput output) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) =>
            logLevel is not LogLevel.None && logLevel >= (output.IsVerbose ? LogLevel.Information : LogLevel.Warning);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            var line = Line(formatter(state, exception), exception);
            if (logLevel >= LogLevel.Error)
                output.WriteError(line);
            else
                output.WriteWarning(line);
            if (exception is not null && output.IsVerbose)
                output.WriteDetail(TerminalText.EscapeLines(exception.ToString()));
        }
    }
}
