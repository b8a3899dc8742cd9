using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <content>What a worker writes to the log.</content>
internal sealed partial class WorkerShell
{
    /// <summary>What all that a handler logs carries; nothing is allocated where no provider wants it.</summary>
    private static readonly Func<ILogger, int, string, int, string, IDisposable?> JobScope =
        LoggerMessage.DefineScope<int, string, int, string>("job {JobId} of tag {Tag}, attempt {Attempt}, worker {Worker}");

    [LoggerMessage(200, LogLevel.Debug, "Worker {Worker} starts job {JobId} of tag {Tag}, attempt {Attempt}")]
    private partial void LogJobStarted(string worker, int jobId, string tag, int attempt);

    [LoggerMessage(201, LogLevel.Debug, "Worker {Worker} ended job {JobId} of tag {Tag}, attempt {Attempt}: {Outcome} after {Seconds:0.###} s")]
    private partial void LogJobEnded(string worker, int jobId, string tag, int attempt, JobOutcome outcome, double seconds);

    [LoggerMessage(202, LogLevel.Warning, "Worker {Worker} failed job {JobId} of tag {Tag}, attempt {Attempt}, after {Seconds:0.###} s: {Error}")]
    private partial void LogJobFailed(string worker, int jobId, string tag, int attempt, double seconds, string error, Exception? exception);

    [LoggerMessage(203, LogLevel.Information, "Worker {Worker} cancels job {JobId} of tag {Tag}: {Cause}")]
    private partial void LogHandlerCancelled(string worker, int jobId, string tag, CancelCause cause);

    [LoggerMessage(204, LogLevel.Warning,
        "Worker {Worker} leaves job {JobId} of tag {Tag} to itself ({Cause}): its handler does not react to its CancellationToken")]
    private partial void LogHandlerAbandoned(string worker, int jobId, string tag, CancelCause cause);

    [LoggerMessage(205, LogLevel.Warning, "Worker {Worker}: what a handler registered with its CancellationToken threw")]
    private partial void LogCancellationFailed(string worker, Exception error);

    [LoggerMessage(206, LogLevel.Debug, "A heartbeat of {Worker} was not taken")]
    private partial void LogHeartbeatFailed(string worker, Exception error);

    [LoggerMessage(207, LogLevel.Warning, "Worker {Worker} keeps trying: {Problem}")]
    private partial void LogRetrying(string worker, string problem);

    [LoggerMessage(208, LogLevel.Information, "Worker {Worker} is answered again")]
    private partial void LogAnswersAgain(string worker);

    [LoggerMessage(209, LogLevel.Error, "Worker {Worker} could not ask for work and tries again in {Seconds:0.#} s")]
    private partial void LogUnforeseen(string worker, double seconds, Exception error);

    [LoggerMessage(210, LogLevel.Information, "Worker {Worker} waits for what does not exist yet: {Tags}")]
    private partial void LogTagsMissing(string worker, string tags);

    [LoggerMessage(211, LogLevel.Warning, "Worker {Worker}: the report of job {JobId} was refused: {Reason}")]
    private partial void LogReportRefused(string worker, int jobId, string? reason);

    [LoggerMessage(212, LogLevel.Debug, "Worker {Worker}: the report of job {JobId} does not count: {Verdict}")]
    private partial void LogReportNotCounted(string worker, int jobId, ReportVerdict verdict);

    [LoggerMessage(213, LogLevel.Error, "{Worker} ended with {Reports} report(s) that could not be delivered; their jobs are lost when their lease ends")]
    private partial void LogUndelivered(string worker, int reports);

    [LoggerMessage(214, LogLevel.Warning, "Worker {Worker} sits out tag {Tag}: {Reason} It tries one job of it in {Seconds:0} s")]
    private partial void LogTagSitsOut(string worker, string tag, string reason, double seconds);

    [LoggerMessage(215, LogLevel.Error, "Worker {Worker} is refused for tag {Tag} and goes on without: {Reason} It tries again in {Seconds:0} s")]
    private partial void LogTagRefused(string worker, string tag, string reason, double seconds);

    [LoggerMessage(216, LogLevel.Information, "Worker {Worker} works for tag {Tag} again")]
    private partial void LogTagServedAgain(string worker, string tag);
}
