using System.Collections.Concurrent;

namespace Pyremto.Tests.Support;

/// <summary>Writes down what a store tells.</summary>
internal sealed class RecordingObserver : IJobStoreObserver
{
    private readonly ConcurrentQueue<TagChange> _changes = new();
    private readonly ConcurrentQueue<JobNotNeeded> _notNeeded = new();
    private int _deadlineMoves;

    public IReadOnlyList<TagChange> Changes => [.. _changes];

    public IReadOnlyList<JobNotNeeded> NotNeeded => [.. _notNeeded];

    public int DeadlineMoves => Volatile.Read(ref _deadlineMoves);

    public void TagChanged(in TagChange change) => _changes.Enqueue(change);

    void IJobStoreObserver.JobNotNeeded(TagRecord tag, JobNotNeeded job) => _notNeeded.Enqueue(job);

    public void DeadlineMoved() => Interlocked.Increment(ref _deadlineMoves);

    public void Clear()
    {
        _changes.Clear();
        _notNeeded.Clear();
        Volatile.Write(ref _deadlineMoves, 0);
    }
}
