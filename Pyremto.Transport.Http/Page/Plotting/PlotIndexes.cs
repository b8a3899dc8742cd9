namespace Pyremto;

/// <summary>
/// The indexes of the tags that are looked at. One is made when it is first needed, and dropped when nobody looked for some minutes, or others
/// need its place. Thread-safe; without indexes it uses no processor time.
/// </summary>
internal sealed class PlotIndexes(TimeProvider time, IRandomSource random) : IDisposable
{
    private const long MostWeight = 256 << 20;
    private const int MostIndexes = 64;
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (PlotIndex Index, long Used)> _indexes = new(StringComparer.Ordinal);
    private ITimer? _looking;
    private bool _isDisposed;

    /// <summary>How many there are.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
                return _indexes.Count;
        }
    }

    /// <summary>The index of a tag as it is now.</summary>
    public PlotIndex Of(TagProgress tag)
    {
        lock (_gate)
        {
            var index = _indexes.TryGetValue(tag.Tag, out var known)
                && known.Index.CreatedAt == tag.CreatedAt
                && known.Index.Table.Total <= tag.Done // else its coordinator lost some: it was set back to a copy
                    ? known.Index
                    : new PlotIndex(random.NextWord(8), tag.CreatedAt, time);
            _indexes[tag.Tag] = (index, time.GetTimestamp());
            DropHeaviest(tag.Tag);
            if (!_isDisposed)
                _looking ??= time.CreateTimer(static indexes => ((PlotIndexes)indexes!).DropIdle(), this, BetweenLooks, BetweenLooks);
            return index;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _looking?.Dispose();
            _indexes.Clear();
        }
    }

    /// <summary>Makes place: those go first that nobody used for longest.</summary>
    private void DropHeaviest(string current)
    {
        while (_indexes.Count > MostIndexes || _indexes.Values.Sum(known => known.Index.Weight) > MostWeight)
        {
            var (tag, _) = _indexes.Where(known => known.Key != current).MinBy(known => known.Value.Used);
            if (tag is null)
                return;
            _indexes.Remove(tag);
        }
    }

    private void DropIdle()
    {
        lock (_gate)
        {
            foreach (var (tag, (_, used)) in _indexes)
            {
                if (time.GetElapsedTime(used) >= Idle)
                    _indexes.Remove(tag);
            }
            if (_indexes.Count > 0)
                return;
            _looking?.Dispose();
            _looking = null;
        }
    }
}
