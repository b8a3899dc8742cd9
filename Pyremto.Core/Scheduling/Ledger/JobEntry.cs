namespace Pyremto;

/// <summary>What the ledger knows of a job, in 48 bytes; all zero is a job that was just set up.</summary>
internal struct JobEntry
{
    /// <summary>
    /// 0 before the first hand-out, which therefore sorts first (S2). Of jobs that were restored it is a mere number in the order of
    /// their hand-outs, before all moments: the wall clock's times, which are kept, may be in any order.
    /// </summary>
    public long LastHandedOutAt;

    public int Spent;

    /// <summary>Hand-outs so far, which is the number of the newest one.</summary>
    public int Attempts;

    public int Live;

    /// <summary>The newest hand-out that is still of interest, in the <see cref="HandOutTable"/>.</summary>
    public int FirstHandOut;

    /// <summary>The place in its lane: the links of the list of live jobs, or in <see cref="Previous"/> alone the position in the heap of
    /// free ones.</summary>
    public int Previous;
    public int Next;

    /// <summary>Whose result counts, once it is done; 0 for an anonymous worker's.</summary>
    public int ResultWorker;

    /// <summary>Where the journal keeps its newest hand-out; 0 before the first.</summary>
    public int LastRow;

    public JobPlace Place;

    private byte _state;

    public JobState State
    {
        readonly get => (JobState)_state;
        set => _state = (byte)value;
    }

    /// <summary>Where the journal keeps its result, once it is done: it is in no lane then.</summary>
    public int ResultRow
    {
        readonly get => Next;
        set => Next = value;
    }

    public readonly bool IsOpen => State is not (JobState.Done or JobState.Cancelled);
}

/// <summary>Where in its lane a job stands.</summary>
internal enum JobPlace : byte
{
    None,
    Free,
    Live,
}
