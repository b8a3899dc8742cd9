using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Pyremto;

/// <summary>
/// What is measured of a coordinator. The dimensions say what happened, not to which tag: there may be a tag for each batch that a
/// customer starts, and that is for traces to tell. Where nobody listens, an exchange pays for the question and nothing else.
/// </summary>
internal sealed class SchedulerInstruments
{
    private static readonly InstrumentAdvice<double> FromMicrosecondsToSeconds = new()
    {
        HistogramBucketBoundaries = [1e-6, 1e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    };

    private readonly ActivitySource _activities;
    private readonly Counter<long> _handOuts;
    private readonly Counter<long> _reports;
    private readonly Histogram<double> _storeDuration;
    private long _waiting;

    public SchedulerInstruments(Meter meter, ActivitySource activities)
    {
        _activities = activities;
        _handOuts = meter.CreateCounter<long>("pyremto.coordinator.hand_outs", "{hand_out}", "Jobs given to workers.");
        _reports = meter.CreateCounter<long>("pyremto.coordinator.reports", "{report}", "Reports of workers, by kind and verdict.");
        _storeDuration = meter.CreateHistogram(
            "pyremto.coordinator.store.duration", "s", "How long the store took for an exchange, until it was durable.",
            tags: null, FromMicrosecondsToSeconds);
        meter.CreateObservableUpDownCounter(
            "pyremto.coordinator.waiting", () => Interlocked.Read(ref _waiting), "{request}", "Requests that wait for work.");
    }

    /// <summary>Whether the store's time is measured.</summary>
    public bool TimesTheStore => _storeDuration.Enabled;

    /// <summary>Whether <see cref="Answered"/> has anything to do.</summary>
    public bool CountsAnswers => _handOuts.Enabled || _reports.Enabled;

    /// <summary>Whether <see cref="Trace"/> has anything to do.</summary>
    public bool Traces => _activities.HasListeners();

    public void BeginsToWait() => Interlocked.Increment(ref _waiting);

    public void WaitsNoMore() => Interlocked.Decrement(ref _waiting);

    public void StoreTook(TimeSpan duration) => _storeDuration.Record(duration.TotalSeconds);

    /// <summary>Counts what was handed out and what became of the reports, whose outcomes are in the order done, failed, released.</summary>
    public void Answered(ExchangeRequest request, ExchangeAnswer answer)
    {
        if (answer.Jobs.Count > 0)
            _handOuts.Add(answer.Jobs.Count);
        for (var i = 0; i < answer.Outcomes.Count; i++)
        {
            _reports.Add(
                1,
                new("pyremto.report", i < request.Done.Count ? "done" : i < request.Done.Count + request.Failed.Count ? "failed" : "released"),
                new("pyremto.verdict", Name(answer.Outcomes[i].Outcome)));
        }
    }

    /// <summary>Starts the trace of an exchange from its arrival to its answer; null if nobody wants it.</summary>
    public Activity? Trace(ExchangeRequest request) => ExchangeTrace.Start(_activities, "pyremto.exchange", ActivityKind.Internal, request);

    private static string Name(ReportVerdict verdict) => verdict switch
    {
        ReportVerdict.Accepted => "accepted",
        ReportVerdict.AlreadyDone => "already_done",
        ReportVerdict.NotHeld => "not_held",
        _ => "refused",
    };
}
