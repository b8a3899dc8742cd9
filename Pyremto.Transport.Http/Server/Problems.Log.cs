using Microsoft.Extensions.Logging;

namespace Pyremto;

internal sealed partial class Problems
{
    [LoggerMessage(EventId = 403, Level = LogLevel.Error, Message = "A request over HTTP failed: {Id}.")]
    private static partial void LogUnforeseen(ILogger logger, string id, Exception error);
}
