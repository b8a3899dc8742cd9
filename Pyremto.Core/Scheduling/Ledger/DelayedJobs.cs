namespace Pyremto;

/// <summary>Jobs that failed and are not handed out again before their moment, the next one first: O(log k) of the k jobs in it.</summary>
internal sealed class DelayedJobs
{
    private readonly SortedSet<(long Until, int JobId)> _order = [];
    private readonly Dictionary<int, JobDelay> _delays = [];

    public int Count => _delays.Count;

    /// <summary>When the next of them may be handed out; <see cref="long.MaxValue"/> if there is none.</summary>
    public long NextDue => Count == 0 ? long.MaxValue : _order.Min.Until;

    public bool Contains(int jobId) => _delays.ContainsKey(jobId);

    public long? Find(int jobId) => _delays.TryGetValue(jobId, out var delay) ? delay.Until : null;

    public void Set(int jobId, JobDelay delay)
    {
        Remove(jobId);
        _delays.Add(jobId, delay);
        _order.Add((delay.Until, jobId));
    }

    public bool Remove(int jobId) => Count > 0 && _delays.Remove(jobId, out var delay) && _order.Remove((delay.Until, jobId));

    /// <summary>Takes the first of them out.</summary>
    public int TakeFirst()
    {
        var jobId = _order.Min.JobId;
        Remove(jobId);
        return jobId;
    }
}
