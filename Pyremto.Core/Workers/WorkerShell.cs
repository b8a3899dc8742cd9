using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <summary>What the runners of one worker's slots share: the scheduler, the clock, the handler, and where things are noted.</summary>
internal sealed partial class WorkerShell(
    string name,
    IJobScheduler scheduler,
    TimeProvider time,
    IServiceScopeFactory scopes,
    JobPipeline pipeline,
    WorkerInstruments instruments,
    WorkerObservers observers,
    ILogger logger)
{
    private readonly long _origin = time.GetTimestamp();
    private readonly Lock _outageGate = new();
    private volatile ImmutableHashSet<string> _missing = [];
    private volatile bool _isOutage;

    public string Name { get; } = name;

    public IJobScheduler Scheduler { get; } = scheduler;

    public TimeProvider Time { get; } = time;

    /// <summary>The time since the worker's start, the same for all slots.</summary>
    public TimeSpan Now => Time.GetElapsedTime(_origin);

    /// <summary>Who is told that all slots are to stop asking.</summary>
    public Action<WorkerEndReason, string>? StopWorker { get; set; }

    /// <summary>Who is told that a slot has ended, so that the others look whether the worker is idle now.</summary>
    public Action? SlotHasEnded { get; set; }

    /// <summary>Who is told that all slots are to look for which tags they ask.</summary>
    public Action? TagsChanged { get; set; }

    /// <summary>Starts the trace of an exchange, linked to the run that it reports, if any; null if nobody listens.</summary>
    public Activity? Trace(ExchangeRequest request, Activity? reported) => instruments.Trace(request, reported);

    /// <summary>Runs a handler in a scope of its own; what goes wrong is in the answer, as is its trace if anybody listens.</summary>
    public async Task<(HandlerEnd End, Activity? Trace)> RunHandlerAsync(
        HandOut job, int slot, string worker, Activity? asked, CancellationToken cancellationToken)
    {
        using var activity = instruments.Trace(job, worker, asked);
        using var logScope = JobScope(logger, job.JobId, job.Tag, job.Attempt, worker);
        try
        {
            var scope = scopes.CreateAsyncScope();
            await using var disposal = scope.ConfigureAwait(false);
            var context = new JobContext
            {
                Tag = job.Tag,
                JobId = job.JobId,
                Attempt = job.Attempt,
                Repetition = job.Repetition,
                Slot = slot,
                Worker = worker,
                Description = job.Description,
                Services = scope.ServiceProvider,
            };
            return (new HandlerEnd(await pipeline(context, cancellationToken).ConfigureAwait(false), Error: null), activity);
        }
        catch (Exception error)
        {
            WorkerInstruments.Note(activity, error);
            return (new HandlerEnd(default, error), activity);
        }
    }

    public void JobStarted(JobRun run)
    {
        var job = run.HandOut;
        instruments.Started(Name);
        LogJobStarted(Name, job.JobId, job.Tag, job.Attempt);
        observers.JobStarted(run);
    }

    public void JobEnded(JobRun run, JobRunEnd end)
    {
        var job = run.HandOut;
        instruments.Ended(Name, end.Outcome, end.Duration);
        if (end is { Outcome: JobOutcome.Failed or JobOutcome.TimedOut, Error: { } error })
            LogJobFailed(Name, job.JobId, job.Tag, job.Attempt, end.Duration.TotalSeconds, error, end.Exception);
        else
            LogJobEnded(Name, job.JobId, job.Tag, job.Attempt, end.Outcome, end.Duration.TotalSeconds);
        observers.JobEnded(run, end);
    }

    public void HandlerCancelled(HandOut job, CancelCause cause) => LogHandlerCancelled(Name, job.JobId, job.Tag, cause);

    public void HandlerAbandoned(JobRun run, CancelCause cause)
    {
        LogHandlerAbandoned(Name, run.HandOut.JobId, run.HandOut.Tag, cause);
        observers.HandlerAbandoned(run);
    }

    public void CancellationFailed(JobRun run, Exception error)
    {
        LogCancellationFailed(Name, error);
        observers.CancellationFailed(run, error);
    }

    public void HeartbeatFailed(string worker, Exception error) => LogHeartbeatFailed(worker, error);

    /// <summary>The scheduler answers, so what was wrong is told anew when it comes again.</summary>
    public void ExchangeSucceeded(bool allTags)
    {
        if (_isOutage)
            OutageEnded();
        if (allTags && !_missing.IsEmpty)
            _missing = [];
    }

    public void SlotEnded(string worker, SlotEffect.Ended ended)
    {
        if (ended.Undelivered > 0)
        {
            LogUndelivered(worker, ended.Undelivered);
            observers.ReportsUndelivered(ended.Undelivered);
        }
        SlotHasEnded?.Invoke();
    }

    public void Notice(SlotEffect effect)
    {
        switch (effect)
        {
            case SlotEffect.StopWorker stop:
                StopWorker?.Invoke(stop.Reason, stop.Message);
                break;
            case SlotEffect.RetryLater { Error: CoordinatorUnreachableException or StoreUnavailableException or BannedException } retry:
                OutageBegan(retry.Error);
                break;
            case SlotEffect.RetryLater retry:
                LogUnforeseen(Name, retry.Delay.TotalSeconds, retry.Error);
                observers.AskingFailed(retry.Error, retry.Delay);
                break;
            case SlotEffect.TagsChanged:
                TagsChanged?.Invoke();
                break;
            case SlotEffect.TagLeaves { LeftOut: var leftOut }:
                TagLeaves(leftOut);
                break;
            case SlotEffect.TagReturns { Tag: var tag }:
                LogTagServedAgain(Name, tag);
                observers.TagServedAgain(tag);
                break;
            case SlotEffect.TagsMissing { Tags: var tags }:
                TagsMissing(tags);
                break;
            case SlotEffect.ReportNotAccepted report:
                ReportNotAccepted(report.Tag, report.Outcome);
                break;
        }
    }

    /// <summary>Under a lock, so that no slot tells the end of an outage before another has told its beginning.</summary>
    private void OutageBegan(Exception cause)
    {
        lock (_outageGate)
        {
            if (_isOutage)
                return;
            _isOutage = true;
            LogRetrying(Name, cause.Message);
            observers.OutageBegan(cause);
        }
    }

    private void OutageEnded()
    {
        lock (_outageGate)
        {
            if (!_isOutage)
                return;
            _isOutage = false;
            LogAnswersAgain(Name);
            observers.OutageEnded();
        }
    }

    private void TagsMissing(IReadOnlyList<string> tags)
    {
        var known = Interlocked.Exchange(ref _missing, [.. tags]); // another slot may have told it just now
        if (tags.All(known.Contains))
            return;
        LogTagsMissing(Name, string.Join(", ", tags));
        observers.TagsMissing(tags);
    }

    private void TagLeaves(TagLeftOut leftOut)
    {
        var retryAfter = leftOut.Until - Now;
        if (leftOut.Cause is LeftOutCause.Refused or LeftOutCause.Banned)
        {
            LogTagRefused(Name, leftOut.Tag, leftOut.Reason, retryAfter.TotalSeconds);
            observers.TagRefused(leftOut.Tag, leftOut.Reason, retryAfter);
        }
        else
        {
            LogTagSitsOut(Name, leftOut.Tag, leftOut.Reason, retryAfter.TotalSeconds);
            observers.TagSitsOut(leftOut.Tag, leftOut.Reason, retryAfter);
        }
    }

    private void ReportNotAccepted(string tag, ReportOutcome outcome)
    {
        if (outcome.Outcome == ReportVerdict.Refused)
            LogReportRefused(Name, outcome.JobId, outcome.Message);
        else
            LogReportNotCounted(Name, outcome.JobId, outcome.Outcome);
        observers.ReportNotAccepted(tag, outcome);
    }
}
