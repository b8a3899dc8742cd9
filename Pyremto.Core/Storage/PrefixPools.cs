namespace Pyremto;

/// <summary>The pools of the prefixes that were asked for last. They learn what became of a tag when one of them is asked for
/// next.</summary>
internal sealed class PrefixPools
{
    private const int MostPools = 64;

    private readonly Dictionary<string, PrefixPool> _pools = new(StringComparer.Ordinal);
    private readonly List<TagState> _stale = [];
    private long _asked;

    public void Clear()
    {
        _pools.Clear();
        _stale.Clear();
    }

    /// <summary>The pool of a prefix as it is now.</summary>
    /// <param name="prefix">The prefix.</param>
    /// <param name="members">The tags that start with one, for a pool that has to be made or unmade.</param>
    public PrefixPool Of(string prefix, Func<string, IEnumerable<TagState>> members)
    {
        foreach (var tag in _stale)
        {
            tag.IsStale = false;
            foreach (var member in tag.Pools)
                member.Pool.Update(member);
        }
        _stale.Clear();
        if (!_pools.TryGetValue(prefix, out var pool))
        {
            if (_pools.Count == MostPools)
                Drop(_pools.Values.MinBy(candidate => candidate.LastAsked)!, members);
            _pools[prefix] = pool = new PrefixPool(prefix);
            foreach (var tag in members(prefix))
                pool.Add(tag);
        }
        pool.LastAsked = ++_asked;
        return pool;
    }

    public void Created(TagState tag)
    {
        foreach (var pool in _pools.Values)
        {
            if (tag.Record.Name.StartsWith(pool.Prefix, StringComparison.Ordinal))
                pool.Add(tag);
        }
    }

    public static void Deleted(TagState tag)
    {
        foreach (var member in tag.Pools)
            member.Pool.Remove(member);
        tag.Pools.Clear();
    }

    /// <summary>A tag is about to change.</summary>
    public void Touched(TagState tag)
    {
        if (tag.IsStale || tag.Pools.Count == 0)
            return;
        tag.IsStale = true;
        _stale.Add(tag);
    }

    private void Drop(PrefixPool pool, Func<string, IEnumerable<TagState>> members)
    {
        _pools.Remove(pool.Prefix);
        foreach (var tag in members(pool.Prefix))
            tag.Pools.RemoveAll(member => member.Pool == pool);
    }
}
