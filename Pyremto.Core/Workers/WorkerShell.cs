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
    ILogger logger)
{
    private readonly long _origin = time.GetTimestamp();
    private volatile ImmutableHashSet<string> _missing = [];
    private bool _outage;

    public IJobScheduler Scheduler { get; } = scheduler;

    public TimeProvider Time { get; } = time;

    /// <summary>The time since the worker's start, the same for all slots.</summary>
    public TimeSpan Now => Time.GetElapsedTime(_origin);

    /// <summary>Who is told that all slots are to stop asking.</summary>
    public Action<WorkerEndReason, string>? StopWorker { get; set; }

    /// <summary>Who is told that a slot has ended, so that the others look whether the worker is idle now.</summary>
    public Action? SlotHasEnded { get; set; }

    /// <summary>Runs a handler in a scope of its own; what goes wrong is in the answer.</summary>
    public async Task<HandlerEnd> RunHandlerAsync(HandOut job, int slot, string worker, CancellationToken cancellationToken)
    {
        using var activity = instruments.Trace(job, worker);
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
            return new HandlerEnd(await pipeline(context, cancellationToken).ConfigureAwait(false), Error: null);
        }
        catch (Exception error)
        {
            activity?.SetStatus(ActivityStatusCode.Error, error.Message);
            return new HandlerEnd(default, error);
        }
    }

    public void JobStarted(HandOut job)
    {
        instruments.Started(name);
        LogJobStarted(name, job.JobId, job.Tag, job.Attempt);
    }

    public void JobEnded(SlotEffect.JobEnded ended, TimeSpan duration)
    {
        instruments.Ended(name, ended.Outcome, duration);
        var job = ended.Job;
        if (ended.Error is { } error)
            LogJobFailed(name, job.JobId, job.Tag, job.Attempt, duration.TotalSeconds, error);
        else
            LogJobEnded(name, job.JobId, job.Tag, job.Attempt, ended.Outcome, duration.TotalSeconds);
    }

    public void HandlerCancelled(HandOut job, CancelCause cause) => LogHandlerCancelled(name, job.JobId, job.Tag, cause);

    public void HandlerAbandoned(HandOut job, CancelCause cause) => LogHandlerAbandoned(name, job.JobId, job.Tag, cause);

    public void CancellationFailed(Exception error) => LogCancellationFailed(name, error);

    public void HeartbeatFailed(string worker, Exception error) => LogHeartbeatFailed(worker, error);

    /// <summary>The scheduler answers, so what was wrong is told anew when it comes again.</summary>
    public void ExchangeSucceeded(bool allTags)
    {
        if (_outage && Interlocked.Exchange(ref _outage, false))
            LogAnswersAgain(name);
        if (allTags && !_missing.IsEmpty)
            _missing = [];
    }

    public void SlotEnded(string worker, SlotEffect.Ended ended)
    {
        if (ended.Undelivered > 0)
            LogUndelivered(worker, ended.Undelivered);
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
                if (!Interlocked.Exchange(ref _outage, true))
                    LogRetrying(name, retry.Error.Message);
                break;
            case SlotEffect.RetryLater retry:
                LogUnforeseen(name, retry.Delay.TotalSeconds, retry.Error);
                break;
            case SlotEffect.TagsMissing { Tags: var tags }:
                if (!tags.All(_missing.Contains))
                    LogTagsMissing(name, string.Join(", ", tags));
                _missing = [.. tags];
                break;
            case SlotEffect.ReportNotAccepted { Outcome.Outcome: ReportVerdict.Refused } report:
                LogReportRefused(name, report.Outcome.JobId, report.Outcome.Message);
                break;
            case SlotEffect.ReportNotAccepted report:
                LogReportNotCounted(name, report.Outcome.JobId, report.Outcome.Outcome);
                break;
        }
    }
}
