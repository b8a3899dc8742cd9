namespace Pyremto;

/// <content>
/// Silence (S10). Workers with an id and live hand-outs stand in a queue for the moment at which the shortest of their leases may end. A
/// sign of life leaves them there; when the moment comes, they are put back for the next.
/// </content>
internal sealed partial class WorkerTable
{
    private readonly PriorityQueue<int, long> _due = new();

    /// <summary>How many live hand-outs all have together.</summary>
    public int Live { get; private set; }

    /// <summary>No lease begins before this: until then nobody could be heard.</summary>
    public long HeardSince { get; set; }

    /// <summary>No worker with an id is silent for too long before this moment.</summary>
    public long NextDue => _due.TryPeek(out _, out var due) ? due : long.MaxValue;

    /// <summary>Since when a worker has been silent while it could be heard.</summary>
    public long SilentSince(int number) => Math.Max(this[number].LastSeen, HeardSince);

    /// <summary>One of its hand-outs is live now.</summary>
    public void AddLive(int number, long lease)
    {
        Live++;
        ref var worker = ref this[number];
        var shortest = worker.Live++ == 0 ? lease : Math.Min(worker.ShortestLease, lease);
        if (worker.Live == 1 && worker.Place != WorkerPlace.None)
            Replace(number);
        Expect(number, shortest);
    }

    public void RemoveLive(int number)
    {
        Live--;
        ref var worker = ref this[number];
        if (--worker.Live == 0 && worker.Place != WorkerPlace.None)
            Replace(number);
    }

    /// <summary>Has a worker looked at when it has been silent for the shortest of its leases.</summary>
    public void Expect(int number, long shortestLease)
    {
        if (number == Anonymous)
            return;
        ref var worker = ref this[number];
        worker.ShortestLease = shortestLease;
        var due = SilentSince(number) + shortestLease;
        if (due >= worker.DueAt)
            return;
        worker.DueAt = due;
        _due.Enqueue(number, due);
    }

    /// <summary>Takes out a worker that has been silent for the shortest of its leases; it is to be expected again if it keeps live
    /// hand-outs.</summary>
    public bool TakeSilent(long now, out int number)
    {
        while (_due.TryPeek(out number, out var due) && due <= now)
        {
            _due.Dequeue();
            if (_chunks[number >> ChunkBits] is null || this[number].DueAt != due)
                continue; // it was forgotten, or stood there for an earlier moment
            ref var worker = ref this[number];
            worker.DueAt = long.MaxValue;
            if (worker.Live == 0)
                continue;
            if (SilentSince(number) + worker.ShortestLease <= now)
                return true;
            Expect(number, worker.ShortestLease);
        }
        return false;
    }
}
