using System.Runtime.CompilerServices;

namespace Pyremto;

/// <summary>A worker as one tag knows it.</summary>
internal struct WorkerEntry
{
    public string? Id;
    public bool InProcess;
    public long LastSeen;
    public int Live;
    public int Done;
    public int Failed;
    public int Lost;

    /// <summary>Its hand-outs, oldest first.</summary>
    public int FirstHandOut;
    public int LastHandOut;

    /// <summary>Links of the list of workers with live hand-outs, those longest silent first.</summary>
    public int Previous;
    public int Next;
    public bool IsWatched;
}

/// <summary>
/// The workers of a tag. Number 0 stands for all anonymous ones. Those with an id and live hand-outs form a list in the order of
/// their last sign of life, so that a sign and the search for the silent cost O(1).
/// </summary>
internal sealed class WorkerTable
{
    public const int Anonymous = 0;
    public const int Unknown = -1;

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private WorkerEntry[] _entries = new WorkerEntry[4];

    /// <summary>The worker that has been silent longest among those with live hand-outs; 0 if none.</summary>
    public int LongestSilent { get; private set; }

    private int _lastSeen;

    public int Count { get; private set; } = 1;

    public ref WorkerEntry this[int number]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _entries[number];
    }

    public int Find(string? id) => id is null ? Anonymous : _numbers.GetValueOrDefault(id, Unknown);

    public int Add(string id, bool inProcess)
    {
        if (Count == _entries.Length)
            Array.Resize(ref _entries, Count * 2);
        _entries[Count] = new WorkerEntry { Id = id, InProcess = inProcess };
        _numbers.Add(id, Count);
        return Count++;
    }

    /// <summary>Notes a sign of life: the worker goes to the end of the list, or leaves it if it has nothing live.</summary>
    public void Seen(int number, long now)
    {
        ref var worker = ref _entries[number];
        worker.LastSeen = now;
        Unwatch(number);
        if (worker.Live > 0)
            Watch(number);
    }

    /// <summary>Puts a worker with live hand-outs at the end of the list. Its last sign must not be before that of the others.</summary>
    public void Watch(int number)
    {
        ref var worker = ref _entries[number];
        if (worker.IsWatched || number == Anonymous)
            return;
        worker.IsWatched = true;
        worker.Previous = _lastSeen;
        worker.Next = 0;
        if (_lastSeen != 0)
            _entries[_lastSeen].Next = number;
        else
            LongestSilent = number;
        _lastSeen = number;
    }

    public void Unwatch(int number)
    {
        ref var worker = ref _entries[number];
        if (!worker.IsWatched)
            return;
        worker.IsWatched = false;
        if (worker.Previous != 0)
            _entries[worker.Previous].Next = worker.Next;
        else
            LongestSilent = worker.Next;
        if (worker.Next != 0)
            _entries[worker.Next].Previous = worker.Previous;
        else
            _lastSeen = worker.Previous;
    }

    /// <summary>What the workers with an id did, those seen last first.</summary>
    public IReadOnlyList<WorkerProgress> SeenLast(int most) =>
    [
        .. Enumerable.Range(1, Count - 1)
            .OrderByDescending(number => _entries[number].LastSeen)
            .Take(most)
            .Select(number => _entries[number])
            .Select(worker => new WorkerProgress(
                worker.Id!, worker.Live, worker.Done, worker.Failed, worker.Lost, UnixTime.FromMicros(worker.LastSeen))),
    ];
}
