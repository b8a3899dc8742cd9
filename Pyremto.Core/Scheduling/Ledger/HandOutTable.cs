using System.Runtime.CompilerServices;

namespace Pyremto;

/// <summary>A hand-out that is live, or lost while its job has no result.</summary>
internal struct HandOutEntry
{
    public int JobId;
    public int Attempt;

    /// <summary>Where the journal keeps it.</summary>
    public int Row;

    /// <summary>The worker's number; 0 is anonymous.</summary>
    public int Worker;

    /// <summary>How many attempts it costs: 1, or 0 once they were forgiven (S12).</summary>
    public int Spends;

    public int NextOfJob;
    public int PreviousOfWorker;
    public int NextOfWorker;
    public bool IsLive;

    /// <summary>How often its request was told of it again (S8).</summary>
    public int Replays;

    public long At;

    /// <summary>For how long its worker may be silent: the tag's lease, or a longer one as long as that is all that the worker is known
    /// to know (S10).</summary>
    public long Lease;

    /// <summary>The moment of the last heartbeat that named it.</summary>
    public long VouchedAt;

    public string? RequestId;
}

/// <summary>The hand-outs of a tag in one array, so that they cost the garbage collector nothing; number 0 stands for none.</summary>
internal sealed class HandOutTable
{
    private HandOutEntry[] _entries = new HandOutEntry[16];
    private int _used = 1;
    private int _firstFree;

    public ref HandOutEntry this[int number]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _entries[number];
    }

    public int Add()
    {
        if (_firstFree != 0)
        {
            var number = _firstFree;
            _firstFree = _entries[number].NextOfJob;
            _entries[number] = default;
            return number;
        }
        if (_used == _entries.Length)
            Array.Resize(ref _entries, _used * 2);
        return _used++;
    }

    public void Remove(int number)
    {
        _entries[number] = new HandOutEntry { NextOfJob = _firstFree };
        _firstFree = number;
    }
}
