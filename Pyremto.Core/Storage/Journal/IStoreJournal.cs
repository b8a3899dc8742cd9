namespace Pyremto;

/// <summary>
/// Where a store keeps its truth: nowhere but in memory, in SQLite, or in something faulty for tests. Only one thread at a time
/// writes; everything between <see cref="Begin"/> and <see cref="Commit"/> is kept together or not at all.
/// </summary>
internal interface IStoreJournal : IDisposable
{
    /// <summary>Opens it, or after a failed commit forgets what was not committed, and tells all that is kept.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be opened.</exception>
    IEnumerable<RestoredTag> Open();

    void Begin();

    /// <summary>Whether anything was written since <see cref="Begin"/>.</summary>
    bool HasChanges => true;

    /// <summary>Makes everything since <see cref="Begin"/> durable (S14). If it throws, nothing of it may be told.</summary>
    void Commit();

    /// <summary>A new tag. Its journal is valid until it is deleted or the store's journal is opened again.</summary>
    ITagJournal CreateTag(TagRecord tag);

    /// <summary>Whether deleted tags left something that is still to be removed.</summary>
    bool HasRemains => false;

    /// <summary>Removes a part of it that takes some milliseconds. Answers whether more is left.</summary>
    bool Purge() => false;

    /// <summary>How long the store was open, over all starts, in microseconds (S17).</summary>
    long UpTime { get; set; }

    /// <summary>Reads what was committed. Safe beside the writer.</summary>
    IJournalReader Reader { get; }
}

/// <summary>A tag as it was kept; <paramref name="Restore"/> puts its jobs into a new ledger.</summary>
internal sealed record RestoredTag(
    TagRecord Record, ITagJournal Journal, long LastUsedAt, long UpTimeAtUse, string? SetUpRequestId, LedgerSettings? Settings,
    bool IsPaused, DescriptionTable? Descriptions, Action<TagLedger> Restore, Dictionary<string, long> NoteBytes);

/// <summary>Where a journal finds what it keeps of a job.</summary>
/// <param name="JobId">The job.</param>
/// <param name="ResultRow">The row of its result, or 0 if it has none.</param>
/// <param name="LastRow">The row of its newest hand-out, or 0.</param>
internal readonly record struct JobPointer(int JobId, int ResultRow, int LastRow);

/// <summary>Reads pages of what was committed, on any thread, one call at a time.</summary>
internal interface IJournalReader
{
    /// <summary>The results of these jobs, in their order; jobs whose result is gone with their tag are left out.</summary>
    List<JobResult> ReadResults(TagState tag, IReadOnlyList<JobPointer> jobs);

    /// <summary>
    /// The newest 32 hand-outs of each of these jobs, oldest first; of fewer jobs, but one at least, where together they are longer than
    /// a page is to be.
    /// </summary>
    List<List<AttemptInfo>> ReadAttempts(TagState tag, IReadOnlyList<JobPointer> jobs);

    List<TagNote> ReadNotes(TagState tag, string kind);
}
