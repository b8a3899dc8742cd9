using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Pyremto;

/// <summary>The meter and the activity source named <c>Pyremto</c>, one of each for a host.</summary>
internal sealed class PyremtoDiagnostics : IDisposable
{
    public const string SourceName = "Pyremto";

    private readonly Meter _meter;
    private readonly bool _ownsMeter;

    public PyremtoDiagnostics(IMeterFactory? meters = null)
    {
        _ownsMeter = meters is null;
        _meter = meters?.Create(SourceName) ?? new Meter(SourceName);
        Activities = new ActivitySource(SourceName);
        Worker = new WorkerInstruments(_meter, Activities);
        Scheduler = new SchedulerInstruments(_meter, Activities);
    }

    public ActivitySource Activities { get; }

    public WorkerInstruments Worker { get; }

    public SchedulerInstruments Scheduler { get; }

    public void Dispose()
    {
        Activities.Dispose();
        if (_ownsMeter)
            _meter.Dispose();
    }
}
