using System.Collections.Concurrent;

namespace Pyremto;

/// <summary>
/// Who wants to see the progress of a tag as it changes, at most four times a second. It is computed once for all who watch a tag. Thread-safe; costs a change
/// next to nothing.
/// </summary>
/// <param name="compute">How far a tag is.</param>
/// <param name="time">The clock.</param>
internal sealed class ProgressWatchers(Func<TagRecord, CancellationToken, ValueTask<TagProgress>> compute, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, ProgressWatch> _watches = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>The watch of a tag, joined: leave it.</summary>
    public ProgressWatch Join(TagRecord tag)
    {
        lock (_gate)
        {
            if (_watches.TryGetValue(tag.Name, out var watch) && watch.Tag.Instance == tag.Instance && !watch.IsOver)
            {
                watch.Watchers++;
                return watch;
            }
            watch?.Changed(); // it will find that its tag was deleted
            _watches[tag.Name] = watch = new ProgressWatch(tag, compute, time) { Watchers = 1 };
            Volatile.Write(ref _count, _watches.Count);
            watch.Start();
            return watch;
        }
    }

    public void Leave(ProgressWatch watch)
    {
        lock (_gate)
        {
            if (--watch.Watchers > 0)
                return;
            _watches.TryRemove(new KeyValuePair<string, ProgressWatch>(watch.Tag.Name, watch));
            Volatile.Write(ref _count, _watches.Count);
        }
        watch.Dispose();
    }

    public void Changed(string tag)
    {
        if (Volatile.Read(ref _count) != 0 && _watches.TryGetValue(tag, out var watch))
            watch.Changed();
    }

    public void EndAll()
    {
        lock (_gate)
        {
            foreach (var watch in _watches.Values)
                watch.End();
        }
    }
}
