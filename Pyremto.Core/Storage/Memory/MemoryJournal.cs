namespace Pyremto;

/// <summary>Keeps results and what became of hand-outs in memory, and nothing when the process ends.</summary>
internal sealed class MemoryJournal : IStoreJournal, IJournalReader
{
    public IJournalReader Reader => this;

    public long UpTime { get; set; }

    public IEnumerable<RestoredTag> Open() => [];

    public void Begin()
    {
        // Each change is kept as it is made.
    }

    public void Commit()
    {
        // Each change is kept as it is made.
    }

    public ITagJournal CreateTag(TagRecord tag) => new MemoryTagJournal();

    public List<JobResult> ReadResults(TagState tag, IReadOnlyList<JobPointer> jobs) =>
        [.. jobs.Select(job => ((MemoryTagJournal)tag.Journal).ReadResult(tag, job.JobId))];

    public List<List<AttemptInfo>> ReadAttempts(TagState tag, IReadOnlyList<JobPointer> jobs) =>
        AttemptPage.Read(jobs, job => ((MemoryTagJournal)tag.Journal).ReadAttempts(tag, job.JobId));

    public List<TagNote> ReadNotes(TagState tag, string kind) => ((MemoryTagJournal)tag.Journal).ReadNotes(kind);

    public void Dispose()
    {
        // Nothing is open.
    }
}
