using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <summary>The observers of one worker as one. What they throw is logged and changes nothing; without any it costs nothing.</summary>
internal sealed partial class WorkerObservers(string worker, IReadOnlyList<IWorkerObserver> observers, ILogger logger)
{
    private readonly IWorkerObserver[] _observers = [.. observers];

    public void JobStarted(JobRun run) => Tell(static (observer, run) => observer.JobStarted(run), run);

    public void JobEnded(JobRun run, JobRunEnd end) =>
        Tell(static (observer, told) => observer.JobEnded(told.run, told.end), (run, end));

    public void HandlerAbandoned(JobRun run) => Tell(static (observer, run) => observer.HandlerAbandoned(run), run);

    public void CancellationFailed(JobRun run, Exception error) =>
        Tell(static (observer, told) => observer.CancellationFailed(told.run, told.error), (run, error));

    public void ReportNotAccepted(string tag, ReportOutcome outcome) =>
        Tell(static (observer, told) => observer.ReportNotAccepted(told.worker, told.tag, told.outcome), (worker, tag, outcome));

    public void ReportsUndelivered(int count) =>
        Tell(static (observer, told) => observer.ReportsUndelivered(told.worker, told.count), (worker, count));

    public void TagsMissing(IReadOnlyList<string> tags) =>
        Tell(static (observer, told) => observer.TagsMissing(told.worker, told.tags), (worker, tags));

    public void TagSitsOut(string tag, string reason, TimeSpan retryAfter) =>
        Tell(static (observer, told) => observer.TagSitsOut(told.worker, told.tag, told.reason, told.retryAfter), (worker, tag, reason, retryAfter));

    public void TagRefused(string tag, string reason, TimeSpan retryAfter) =>
        Tell(static (observer, told) => observer.TagRefused(told.worker, told.tag, told.reason, told.retryAfter), (worker, tag, reason, retryAfter));

    public void TagServedAgain(string tag) =>
        Tell(static (observer, told) => observer.TagServedAgain(told.worker, told.tag), (worker, tag));

    public void OutageBegan(Exception cause) =>
        Tell(static (observer, told) => observer.OutageBegan(told.worker, told.cause), (worker, cause));

    public void OutageEnded() => Tell(static (observer, worker) => observer.OutageEnded(worker), worker);

    public void AskingFailed(Exception error, TimeSpan retryAfter) =>
        Tell(static (observer, told) => observer.AskingFailed(told.worker, told.error, told.retryAfter), (worker, error, retryAfter));

    public void Ended(WorkerEnd end) => Tell(static (observer, end) => observer.Ended(end), end);

    private void Tell<T>(Action<IWorkerObserver, T> tell, T what)
    {
        foreach (var observer in _observers)
        {
            try
            {
                tell(observer, what);
            }
            catch (Exception error)
            {
                LogObserverThrew(worker, error);
            }
        }
    }

    [LoggerMessage(225, LogLevel.Error, "An observer of worker {Worker} threw")]
    private partial void LogObserverThrew(string worker, Exception error);
}
