using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Pyremto;

/// <summary>
/// What is measured of workers. The dimensions are the worker's name and the outcome, not the tag: there may be a tag for each batch
/// that a customer starts, and that is for traces to tell.
/// </summary>
internal sealed class WorkerInstruments(Meter meter, ActivitySource activities)
{
    private readonly Counter<long> _started =
        meter.CreateCounter<long>("pyremto.worker.jobs.started", "{job}", "Jobs whose handler was started.");

    private readonly Counter<long> _finished =
        meter.CreateCounter<long>("pyremto.worker.jobs.finished", "{job}", "Jobs whose run is over, by outcome.");

    private readonly UpDownCounter<long> _active =
        meter.CreateUpDownCounter<long>("pyremto.worker.jobs.active", "{job}", "Jobs whose handler runs.");

    private readonly Histogram<double> _duration =
        meter.CreateHistogram<double>("pyremto.worker.job.duration", "s", "How long a run took, by outcome.");

    /// <summary>Starts the trace of an exchange, linked to the run that it reports, if any; null if nobody listens.</summary>
    public Activity? Trace(ExchangeRequest request, Activity? reported) =>
        activities.HasListeners() ? ExchangeTrace.Start(activities, "pyremto.ask", ActivityKind.Client, request, LinkTo(reported)) : null;

    /// <summary>Starts the trace of a run, linked to the exchange that handed its job out; null if nobody listens.</summary>
    public Activity? Trace(HandOut job, string worker, Activity? asked)
    {
        if (!activities.HasListeners())
            return null;
        var activity = activities.StartActivity("pyremto.job", ActivityKind.Consumer, parentContext: default, links: LinkTo(asked));
        return activity?
            .SetTag("pyremto.tag", job.Tag)
            .SetTag("pyremto.job_id", job.JobId)
            .SetTag("pyremto.attempt", job.Attempt)
            .SetTag("pyremto.repetition", job.Repetition)
            .SetTag("pyremto.worker", worker);
    }

    /// <summary>Notes that a handler threw, as OpenTelemetry's conventions have it.</summary>
    public static void Note(Activity? activity, Exception error)
    {
        if (activity is not { IsAllDataRequested: true })
            return;
        activity.SetStatus(ActivityStatusCode.Error, error.Message).SetTag("error.type", error.GetType().FullName).AddException(error);
    }

    public void Started(string worker)
    {
        var tag = new KeyValuePair<string, object?>("pyremto.worker.name", worker);
        _started.Add(1, tag);
        _active.Add(1, tag);
    }

    public void Ended(string worker, JobOutcome outcome, TimeSpan duration)
    {
        var tag = new KeyValuePair<string, object?>("pyremto.worker.name", worker);
        var how = new KeyValuePair<string, object?>("pyremto.outcome", Name(outcome));
        _active.Add(-1, tag);
        _finished.Add(1, tag, how);
        _duration.Record(duration.TotalSeconds, tag, how);
    }

    private static ActivityLink[]? LinkTo(Activity? activity) => activity is null ? null : [new ActivityLink(activity.Context)];

    private static string Name(JobOutcome outcome) => outcome switch
    {
        JobOutcome.Done => "done",
        JobOutcome.Failed => "failed",
        JobOutcome.TimedOut => "timed_out",
        JobOutcome.Released => "released",
        _ => "not_needed",
    };
}
