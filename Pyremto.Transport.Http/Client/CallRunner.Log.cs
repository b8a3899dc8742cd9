using Microsoft.Extensions.Logging;

namespace Pyremto;

internal sealed partial class CallRunner
{
    [LoggerMessage(EventId = 420, Level = LogLevel.Debug, Message = "The coordinator could not be told that a request was given up.")]
    private static partial void LogNotTold(ILogger logger, Exception error);

    [LoggerMessage(EventId = 421, Level = LogLevel.Warning,
        Message = "What worker '{Worker}' may have been given by a request that it gave up could not be given back; it is lost with its lease.")]
    private static partial void LogNotGivenBack(ILogger logger, string? worker, Exception error);
}
