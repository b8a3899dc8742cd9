namespace Pyremto;

/// <summary>A tag in a store: its record, its jobs, and what is to be told of it after the next commit.</summary>
internal sealed class TagState(TagRecord record, ITagJournal journal, StoreState store) : ILedgerSignals
{
    private const long UseIsNotedEvery = 3600 * UnixTime.MicrosPerSecond;

    private TagStatus _statusBefore;
    private long _changesBefore;

    public TagRecord Record { get; set; } = record;

    /// <summary>The record that others were told of.</summary>
    public TagRecord? Published { get; set; }

    public ITagJournal Journal { get; } = journal;

    /// <summary>Null until the jobs are set up.</summary>
    public TagLedger? Ledger { get; private set; }

    public DescriptionTable? Descriptions { get; private set; }

    public string? SetUpRequestId { get; private set; }

    /// <summary>Whether the owner paused it before its jobs were set up (S19); after that the ledger knows.</summary>
    public bool IsPausedEarly { get; set; }

    public long LastUsedAt { get; set; }

    /// <summary>The store's up-time when it was last used (S17).</summary>
    public long UpTimeAtUse { get; set; }

    /// <summary>How large the notes of each kind are.</summary>
    public required Dictionary<string, long> NoteBytes { get; init; }

    /// <summary>When a worker was last given work here, counted in givings of the whole store (S20).</summary>
    public long LastServed { get; set; }

    /// <summary>Its places in the pools of prefixes that it starts with.</summary>
    public List<PoolMember> Pools { get; } = [];

    /// <summary>Whether its pools have still to learn what became of it.</summary>
    public bool IsStale { get; set; }

    /// <summary>The deadline for which it stands in the store's queue.</summary>
    public long QueuedDeadline { get; set; } = long.MaxValue;

    public bool IsDeleted { get; set; }

    public bool IsDirty { get; private set; }

    public TagChangeKinds Kinds { get; set; }

    public int OpenedJobs { get; private set; }

    public TagStatus Status => Ledger?.Status ?? TagStatus.NotSetUp;

    /// <summary>Whether somebody may find work in it.</summary>
    public bool MayGive => Ledger?.MayGive == true;

    public NextState AnswerWithoutWork => Ledger?.AnswerWithoutWork ?? NextState.NotSetUp;

    public void SetUp(DescriptionTable descriptions, LedgerSettings settings, string? requestId)
    {
        Descriptions = descriptions;
        SetUpRequestId = requestId;
        Ledger = new TagLedger(descriptions.JobCount, settings, Journal, this, store.Wall, Record.Instance);
    }

    /// <summary>Notes that the tag is used (S17), at most hourly.</summary>
    public void Use(long now, long upTime)
    {
        if (now - LastUsedAt < UseIsNotedEvery && upTime == UpTimeAtUse)
            return;
        (LastUsedAt, UpTimeAtUse) = (now, upTime);
        Journal.Used(store.Wall.Of(now));
    }

    /// <summary>Something of it is about to change.</summary>
    public void MarkDirty()
    {
        if (IsDirty)
            return;
        IsDirty = true;
        _statusBefore = Status;
        _changesBefore = Ledger?.Changes ?? -1;
    }

    /// <summary>What is to be told of it, once.</summary>
    public TagChange TakeChange()
    {
        var kinds = Kinds;
        if (Status != _statusBefore)
            kinds |= TagChangeKinds.Answer | TagChangeKinds.Progress;
        if ((Ledger?.Changes ?? -1) != _changesBefore)
            kinds |= TagChangeKinds.Progress;
        var change = new TagChange(Record, kinds, OpenedJobs);
        (IsDirty, Kinds, OpenedJobs) = (false, TagChangeKinds.None, 0);
        return change;
    }

    void ILedgerSignals.Opened(int jobs) => OpenedJobs = (int)Math.Min(int.MaxValue, (long)OpenedJobs + jobs);

    void ILedgerSignals.NotNeeded(int jobId, int attempt, string worker) =>
        store.NoteNotNeeded(Record, new JobNotNeeded(Record.Name, Record.Instance, jobId, attempt, worker));
}
