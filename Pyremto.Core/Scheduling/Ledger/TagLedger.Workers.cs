namespace Pyremto;

/// <content>Whether anybody works.</content>
internal sealed partial class TagLedger
{
    /// <summary>The newest sign of life of any worker, or null if there was none.</summary>
    public long? LastSign { get; private set; }

    /// <summary>
    /// How many workers have a job, were seen within the lease, or are among those that wait. Each live hand-out of an anonymous worker
    /// counts as one.
    /// </summary>
    public int LiveWorkers(IReadOnlyList<string?> waiting, long now)
    {
        var live = _workers[WorkerTable.Anonymous].Live + _workers.CountLive(now - _settings.LeaseMicros);
        live += waiting.Count(id => id is null);
        return live + waiting.Distinct(StringComparer.Ordinal).Count(id => id is not null && !IsLive(_workers.Find(id), now));
    }

    private bool IsLive(int worker, long now) =>
        worker != WorkerTable.Unknown && (_workers[worker].Live > 0 || _workers[worker].LastSeen + _settings.LeaseMicros > now);
}
