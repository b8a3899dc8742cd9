using System.Threading.Channels;

namespace Pyremto;

/// <summary>
/// Who wants to see the progress of a tag as it changes, at most four times a second. Thread-safe; costs a change next to nothing
/// while nobody watches.
/// </summary>
internal sealed class ProgressWatchers(TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<ProgressWatch>> _watches = new(StringComparer.Ordinal);
    private int _count;

    public ProgressWatch Watch(string tag)
    {
        var watch = new ProgressWatch(this, tag, time, Interval);
        lock (_gate)
        {
            if (!_watches.TryGetValue(tag, out var watches))
                _watches[tag] = watches = [];
            watches.Add(watch);
            _count++;
        }
        return watch;
    }

    public void Changed(string tag)
    {
        if (Volatile.Read(ref _count) == 0)
            return;
        lock (_gate)
        {
            foreach (var watch in _watches.GetValueOrDefault(tag) ?? [])
                watch.Changed();
        }
    }

    public void EndAll()
    {
        lock (_gate)
        {
            foreach (var watch in _watches.Values.SelectMany(watches => watches))
                watch.End();
        }
    }

    public void Remove(ProgressWatch watch, string tag)
    {
        lock (_gate)
        {
            if (!_watches.TryGetValue(tag, out var watches) || !watches.Remove(watch))
                return;
            _count--;
            if (watches.Count == 0)
                _watches.Remove(tag);
        }
    }
}

/// <summary>One who watches a tag.</summary>
internal sealed class ProgressWatch(ProgressWatchers watchers, string tag, TimeProvider time, TimeSpan interval) : IDisposable
{
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1)
    {
        FullMode = BoundedChannelFullMode.DropWrite,
    });

    /// <summary>Sleeps until something changed, and the interval since the last time is over; false at the end.</summary>
    public async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(interval, time, cancellationToken).ConfigureAwait(false);
        if (!await _changes.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            return false;
        _changes.Reader.TryRead(out _);
        return true;
    }

    public void Changed() => _changes.Writer.TryWrite(true);

    public void End() => _changes.Writer.TryComplete();

    public void Dispose() => watchers.Remove(this, tag);
}
