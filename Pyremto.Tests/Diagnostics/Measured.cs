using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Pyremto.Tests.Diagnostics;

/// <summary>Listens to one meter of its own, whoever else measures at the same time.</summary>
internal sealed class Measured : IMeterFactory
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, double> _sums = new(StringComparer.Ordinal);
    private Meter? _meter;

    public Measured()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter != _meter)
                return;
            Instruments.Enqueue($"{instrument.GetType().Name} {instrument.Name} {instrument.Unit}");
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, 1, tags));
    }

    /// <summary>Type, name and unit of each instrument.</summary>
    public ConcurrentQueue<string> Instruments { get; } = new();

    /// <summary>Sums by name and attributes; of histograms how many values there were.</summary>
    public IReadOnlyDictionary<string, double> Sums => _sums;

    public void Start() => _listener.Start();

    /// <summary>What an observable instrument says now.</summary>
    public double Observe(string name)
    {
        _sums.TryRemove(name, out _);
        _listener.RecordObservableInstruments();
        return _sums[name];
    }

    public Meter Create(MeterOptions options) => _meter ??= new Meter(options.Name);

    public void Dispose()
    {
        _listener.Dispose();
        _meter?.Dispose();
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _sums.AddOrUpdate(
            string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}").Prepend(instrument.Name)),
            value,
            (_, sum) => sum + value);
}
