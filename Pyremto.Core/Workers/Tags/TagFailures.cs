namespace Pyremto;

/// <summary>
/// Counts the failed jobs of one worker, all of its slots together, for each tag in which none has succeeded: there the machine may be
/// broken. After a success it is the jobs that fail. A job that failed before does not count again. Thread-safe.
/// </summary>
/// <param name="perTag">How many of a tag make the worker leave it out for a while; null or 0 for never.</param>
/// <param name="inAll">How many of all tags, none having succeeded in any, end the worker; null or 0 for never.</param>
internal sealed class TagFailures(int? perTag, int? inAll)
{
    /// <summary>The tags met last are remembered, at most twice this many: so that a worker over a prefix may live for years.</summary>
    private const int MostTags = 10_000;

    private readonly Lock _gate = new();
    private Dictionary<(string Tag, Guid Instance), Tally> _young = [];
    private Dictionary<(string Tag, Guid Instance), Tally> _old = [];
    private int _failed;
    private bool _anySucceeded;

    /// <summary>Whether so many failed, and none succeeded, that the worker ends; it never comes back.</summary>
    public bool EndsWorker { get; private set; }

    /// <summary>Whether no job has succeeded yet.</summary>
    public bool NothingSucceeded
    {
        get
        {
            lock (_gate)
                return !_anySucceeded;
        }
    }

    /// <summary>How many jobs failed while none had succeeded.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _failed;
        }
    }

    public void Succeeded(string tag, Guid instance)
    {
        lock (_gate)
        {
            _anySucceeded = true;
            TallyOf(tag, instance).HasSucceeded = true;
        }
    }

    /// <summary>Forgets a tag, which then counts from zero.</summary>
    public void Forget(string tag)
    {
        lock (_gate)
        {
            foreach (var tallies in (ReadOnlySpan<Dictionary<(string Tag, Guid Instance), Tally>>)[_young, _old])
            {
                foreach (var key in tallies.Keys.Where(key => key.Tag == tag).ToList())
                    tallies.Remove(key);
            }
        }
    }

    /// <summary>Counts a failure.</summary>
    /// <returns>How many jobs of the tag have failed if the worker is to leave it out, else 0.</returns>
    public int Failed(string tag, Guid instance, int jobId)
    {
        lock (_gate)
        {
            var counts = perTag > 0 || (inAll > 0 && !_anySucceeded);
            if (!counts || TallyOf(tag, instance) is not { HasSucceeded: false } tally)
                return 0;
            if (tally.FailedJobs.Add(jobId) && !_anySucceeded)
                EndsWorker |= ++_failed >= inAll && inAll > 0;
            return perTag > 0 && tally.FailedJobs.Count >= perTag ? tally.FailedJobs.Count : 0;
        }
    }

    private Tally TallyOf(string tag, Guid instance)
    {
        var key = (tag, instance);
        if (_young.TryGetValue(key, out var tally))
            return tally;
        if (!_old.Remove(key, out tally))
            tally = new Tally();
        if (_young.Count >= MostTags)
            (_young, _old) = ([], _young);
        return _young[key] = tally;
    }

    private sealed class Tally
    {
        public HashSet<int> FailedJobs { get; } = [];

        public bool HasSucceeded { get; set; }
    }
}
