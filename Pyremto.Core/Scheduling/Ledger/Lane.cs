namespace Pyremto;

/// <summary>
/// The jobs that may be handed out again and have the same number of attempts spent, in the order of S2: free ones (lost, failed,
/// released) before those still live elsewhere, and in each group the longest since it was handed out first, then the lowest id.
/// </summary>
/// <remarks>
/// Live jobs come in the order of their hand-outs, so their list only ever grows at its end: O(1). Free ones come back in any order
/// and stand in a binary heap: O(1) on average to put in, O(log k) to take out, k being the free jobs of this lane alone. Jobs that
/// were never handed out are in no lane; a cursor of the ledger stands for them.
/// </remarks>
internal sealed class Lane(JobEntry[] jobs)
{
    private readonly JobEntry[] _jobs = jobs;
    private int[] _heap = [];
    private int _firstLive; // job id + 1
    private int _lastLive;

    public int FreeCount { get; private set; }

    public int LiveCount { get; private set; }

    public bool IsEmpty => FreeCount + LiveCount == 0;

    /// <summary>The free job that comes first; only if <see cref="FreeCount"/> is not 0.</summary>
    public int FirstFree => _heap[0];

    /// <summary>The live job that comes first, or −1.</summary>
    public int FirstLive => _firstLive - 1;

    /// <summary>The live job behind <paramref name="jobId"/>, or −1.</summary>
    public int NextLive(int jobId) => _jobs[jobId].Next - 1;

    public void AddFree(int jobId)
    {
        if (FreeCount == _heap.Length)
            Array.Resize(ref _heap, Math.Max(8, FreeCount * 2));
        _jobs[jobId].Place = JobPlace.Free;
        Rise(FreeCount++, jobId);
    }

    public void AddLive(int jobId)
    {
        ref var job = ref _jobs[jobId];
        job.Place = JobPlace.Live;
        var previous = _lastLive;
        while (previous != 0 && ComesBefore(jobId, previous - 1)) // only after a revival or a release does this go round
            previous = _jobs[previous - 1].Previous;
        var next = previous == 0 ? _firstLive : _jobs[previous - 1].Next;
        (job.Previous, job.Next) = (previous, next);
        LinkLive(previous, next, jobId + 1, jobId + 1);
        LiveCount++;
    }

    public void Remove(int jobId)
    {
        ref var job = ref _jobs[jobId];
        if (job.Place == JobPlace.Free)
        {
            var last = _heap[--FreeCount];
            if (last != jobId)
                Sink(Rise(job.Previous, last), last);
        }
        else if (job.Place == JobPlace.Live)
        {
            LinkLive(job.Previous, job.Next, job.Next, job.Previous);
            LiveCount--;
        }
        job.Place = JobPlace.None;
        job.Previous = job.Next = 0;
    }

    private void LinkLive(int previous, int next, int behindPrevious, int beforeNext)
    {
        if (previous == 0)
            _firstLive = behindPrevious;
        else
            _jobs[previous - 1].Next = behindPrevious;
        if (next == 0)
            _lastLive = beforeNext;
        else
            _jobs[next - 1].Previous = beforeNext;
    }

    private bool ComesBefore(int left, int right)
    {
        var (a, b) = (_jobs[left].LastHandedOutAt, _jobs[right].LastHandedOutAt);
        return a < b || (a == b && left < right);
    }

    private int Rise(int position, int jobId)
    {
        while (position > 0 && ComesBefore(jobId, _heap[(position - 1) / 2]))
        {
            Put(position, _heap[(position - 1) / 2]);
            position = (position - 1) / 2;
        }
        Put(position, jobId);
        return position;
    }

    private void Sink(int position, int jobId)
    {
        while (2 * position + 1 < FreeCount)
        {
            var child = 2 * position + 1;
            if (child + 1 < FreeCount && ComesBefore(_heap[child + 1], _heap[child]))
                child++;
            if (!ComesBefore(_heap[child], jobId))
                break;
            Put(position, _heap[child]);
            position = child;
        }
        Put(position, jobId);
    }

    private void Put(int position, int jobId)
    {
        _heap[position] = jobId;
        _jobs[jobId].Previous = position;
    }
}
