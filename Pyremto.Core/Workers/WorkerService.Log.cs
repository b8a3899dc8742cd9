using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <content>What a worker as a whole writes to the log.</content>
internal sealed partial class WorkerService
{
    [LoggerMessage(220, LogLevel.Information, "Worker {Worker} works for {Tags} with {Concurrency} job(s) at a time")]
    private partial void LogStarted(string worker, string tags, int concurrency);

    [LoggerMessage(221, LogLevel.Error, "Worker {Worker} asks for no more work: {Reason}")]
    private partial void LogStopsForGood(string worker, string reason);

    [LoggerMessage(226, LogLevel.Information, "Worker {Worker} asks for no more work: {Reason}")]
    private partial void LogStopsIdle(string worker, string reason);

    [LoggerMessage(222, LogLevel.Information, "Worker {Worker} has ended: {Reason}")]
    private partial void LogEnded(string worker, WorkerEndReason reason);

    [LoggerMessage(223, LogLevel.Debug, "Worker {Worker}: the watch for jobs that are no longer needed broke; heartbeats go on telling")]
    private partial void LogWatchBroke(string worker, Exception error);

    [LoggerMessage(224, LogLevel.Critical, "Worker {Worker} ended because of an error of its own")]
    private partial void LogCrashed(string worker, Exception error);
}
