using Microsoft.Extensions.Logging;

namespace Pyremto;

internal sealed partial class SchedulerHost
{
    [LoggerMessage(EventId = 123, Level = LogLevel.Error, Message = "Old tags are not deleted any more until the next start.")]
    private static partial void LogSweepEnded(ILogger logger, Exception error);
}
