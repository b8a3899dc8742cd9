using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <content>What the scheduler writes to the log.</content>
internal sealed partial class JobScheduler
{
    [LoggerMessage(EventId = 110, Level = LogLevel.Debug, SkipEnabledCheck = true,
        Message = "Job {JobId} of tag {Tag}, attempt {Attempt}, was given to {Worker}.")]
    private static partial void LogGiven(ILogger logger, string tag, int jobId, int attempt, string worker);
}
