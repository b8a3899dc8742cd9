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

    /// <summary>No live hand-out of it has a shorter lease.</summary>
    public long ShortestLease;

    /// <summary>The moment for which it stands in the queue of those that may have been silent for too long.</summary>
    public long DueAt;

    /// <summary>Links of the list that it stands in.</summary>
    public int Previous;
    public int Next;
    public WorkerPlace Place;
}

/// <summary>In which list of a tag a worker stands.</summary>
internal enum WorkerPlace : byte
{
    /// <summary>In none: it has nothing live, was not seen for long, and is known for the hand-outs alone that it lost.</summary>
    None,

    /// <summary>Among those with live hand-outs.</summary>
    Live,

    /// <summary>Among those with none.</summary>
    Resting,
}

/// <summary>
/// The workers of a tag. Number 0 stands for all anonymous ones. Those with an id stand in two lists, with live hand-outs or without, each
/// in the order of their last sign of life. Those that hold nothing and were not seen for long are
/// forgotten, so that short-lived workers take no memory for ever; a number is never used again.
/// </summary>
internal sealed partial class WorkerTable
{
    public const int Anonymous = 0;
    public const int Unknown = -1;

    /// <summary>How many workers are shown at most; so many are not forgotten.</summary>
    public const int MostShown = 256;

    private const int ChunkBits = 3; // few tags have many workers
    private const int ChunkSize = 1 << ChunkBits;
    private const long ForgottenAfter = 3600 * UnixTime.MicrosPerSecond;

    /// <summary>Null while there are so few that a look at each is cheaper.</summary>
    private Dictionary<string, int>? _numbers;
    private readonly List<WorkerEntry[]?> _chunks = [new WorkerEntry[ChunkSize]];
    private WorkerList _live;
    private WorkerList _resting;

    private struct WorkerList
    {
        public int First;
        public int Last;
        public int Count;
    }

    /// <summary>How many there were, the anonymous one and forgotten ones included.</summary>
    public int Count { get; private set; } = 1;

    /// <summary>How many are remembered, the anonymous one left out.</summary>
    public int Remembered { get; private set; }

    /// <summary>How many have live hand-outs or were seen after a moment, the anonymous one left out.</summary>
    public int CountLive(long seenAfter)
    {
        var live = _live.Count;
        for (var number = _resting.Last; number != 0 && this[number].LastSeen > seenAfter; number = this[number].Previous)
            live++;
        return live;
    }

    /// <summary>The numbers of those that are remembered, the anonymous one left out.</summary>
    public IEnumerable<int> Numbers
    {
        get
        {
            for (var number = 1; number < Count; number++)
            {
                if (_chunks[number >> ChunkBits] is null)
                    number |= ChunkSize - 1;
                else if (this[number].Id is not null)
                    yield return number;
            }
        }
    }

    public ref WorkerEntry this[int number]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _chunks[number >> ChunkBits]![number & (ChunkSize - 1)];
    }

    public int Find(string? id) =>
        id is null ? Anonymous : _numbers is null ? FindAmongFew(id) : _numbers.GetValueOrDefault(id, Unknown);

    /// <summary>A worker is there for the first time, or for the first time since it was forgotten.</summary>
    public int Add(string id, bool inProcess, long now)
    {
        var number = Restore(id, inProcess);
        Seen(number, now);
        return number;
    }

    /// <summary>A worker was there before; it stands in no list until <see cref="FinishRestore"/>.</summary>
    public int Restore(string id, bool inProcess)
    {
        if (Count >> ChunkBits == _chunks.Count)
            _chunks.Add(new WorkerEntry[ChunkSize]);
        this[Count] = new WorkerEntry { Id = id, InProcess = inProcess, DueAt = long.MaxValue };
        if (Count >= ChunkSize)
            (_numbers ??= NumbersOfFew())[id] = Count; // one that was forgotten and came back is there twice: the newer counts
        Remembered++;
        return Count++;
    }

    /// <summary>All were restored: each takes its place.</summary>
    public void FinishRestore()
    {
        foreach (var number in Numbers.Where(number => this[number].Place == WorkerPlace.None).OrderBy(number => this[number].LastSeen).ToArray())
            Append(number);
    }

    /// <summary>Notes a sign of life.</summary>
    public void Seen(int number, long now)
    {
        this[number].LastSeen = now;
        Replace(number);
    }

    /// <summary>Puts a worker at the end of the list that it belongs to now.</summary>
    public void Replace(int number)
    {
        if (number == Anonymous)
            return;
        Unlink(number);
        Append(number);
    }

    /// <summary>
    /// Forgets a worker that holds nothing and was not seen for an hour, unless it is one of the last <see cref="MostShown"/>.
    /// </summary>
    /// <returns>Its number; 0 if there is none.</returns>
    public int ForgetOne(long now)
    {
        while (_resting.Count > MostShown && this[_resting.First].LastSeen + ForgottenAfter <= now)
        {
            var number = _resting.First;
            Unlink(number);
            if (this[number].FirstHandOut != 0)
                continue; // what it lost may come back: it is put back when that is settled
            Forget(number);
            return number;
        }
        return 0;
    }

    /// <summary>What the workers with an id did, those seen last first.</summary>
    public IReadOnlyList<WorkerProgress> SeenLast(int most, WallTime wall) =>
    [
        .. Newest(_live, most).Concat(Newest(_resting, most))
            .OrderByDescending(number => this[number].LastSeen)
            .Take(most)
            .Select(number => this[number])
            .Select(worker => new WorkerProgress(
                worker.Id!, worker.Live, worker.Done, worker.Failed, worker.Lost, wall.Show(worker.LastSeen))),
    ];

    private IEnumerable<int> Newest(WorkerList list, int most)
    {
        for (var number = list.Last; number != 0 && most-- > 0; number = this[number].Previous)
            yield return number;
    }

    private void Forget(int number)
    {
        ref var worker = ref this[number];
        if (_numbers?.GetValueOrDefault(worker.Id!) == number)
            _numbers.Remove(worker.Id!);
        worker = default;
        Remembered--;
        var chunk = number >> ChunkBits;
        if (chunk != 0 && chunk < Count >> ChunkBits && Array.TrueForAll(_chunks[chunk]!, entry => entry.Id is null))
            _chunks[chunk] = null;
    }

    private int FindAmongFew(string id)
    {
        for (var number = Count - 1; number > Anonymous; number--)
        {
            if (string.Equals(this[number].Id, id, StringComparison.Ordinal))
                return number;
        }
        return Unknown;
    }

    private Dictionary<string, int> NumbersOfFew()
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var number = 1; number < ChunkSize; number++)
        {
            if (this[number].Id is { } id)
                numbers[id] = number;
        }
        return numbers;
    }

    private void Append(int number)
    {
        ref var worker = ref this[number];
        worker.Place = worker.Live > 0 ? WorkerPlace.Live : WorkerPlace.Resting;
        ref var list = ref ListOf(worker.Place);
        (worker.Previous, worker.Next) = (list.Last, 0);
        if (list.Last != 0)
            this[list.Last].Next = number;
        else
            list.First = number;
        list.Last = number;
        list.Count++;
    }

    private void Unlink(int number)
    {
        ref var worker = ref this[number];
        if (worker.Place == WorkerPlace.None)
            return;
        ref var list = ref ListOf(worker.Place);
        if (worker.Previous != 0)
            this[worker.Previous].Next = worker.Next;
        else
            list.First = worker.Next;
        if (worker.Next != 0)
            this[worker.Next].Previous = worker.Previous;
        else
            list.Last = worker.Previous;
        list.Count--;
        worker.Place = WorkerPlace.None;
    }

    private ref WorkerList ListOf(WorkerPlace place)
    {
        if (place == WorkerPlace.Live)
            return ref _live;
        return ref _resting;
    }
}
