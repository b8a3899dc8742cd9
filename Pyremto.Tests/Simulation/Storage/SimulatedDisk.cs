namespace Pyremto.Tests.Simulation;

/// <summary>What outlives a coordinator: everything that was committed, as a list of what is to be done again to have it back.</summary>
internal sealed class SimulatedDisk
{
    private readonly List<Action<DiskTables>> _kept = [];

    /// <summary>A journal over it, as a new process opens one.</summary>
    public IStoreJournal OpenJournal() => new Journal(this);

    private sealed class Journal(SimulatedDisk disk) : IStoreJournal, IJournalReader
    {
        private readonly List<Action<DiskTables>> _uncommitted = [];
        private DiskTables _tables = new();

        public IJournalReader Reader => this;

        public IEnumerable<RestoredTag> Open()
        {
            _uncommitted.Clear();
            _tables = new DiskTables();
            foreach (var change in disk._kept)
                change(_tables);
            return [.. _tables.Tags.Select(tag => tag.Restored(new SimulatedTagJournal(tag.Number, () => _tables, Do)))];
        }

        public void Begin() => _uncommitted.Clear();

        public void Commit()
        {
            disk._kept.AddRange(_uncommitted);
            _uncommitted.Clear();
        }

        public long UpTime { get; set; }

        public ITagJournal CreateTag(TagRecord tag)
        {
            var number = ++_tables.LastTag;
            Do(tables => tables.Add(new DiskTag(number, tag)));
            return new SimulatedTagJournal(number, () => _tables, Do);
        }

        public List<JobResult> ReadResults(TagState tag, IReadOnlyList<JobPointer> jobs) =>
            [.. jobs.Select(job => TagOf(tag).ReadResult(tag, job))];

        public List<List<AttemptInfo>> ReadAttempts(TagState tag, IReadOnlyList<JobPointer> jobs) =>
            [.. jobs.Select(job => TagOf(tag).ReadAttempts(job.JobId))];

        public List<TagNote> ReadNotes(TagState tag, string kind) => [];

        public void Dispose()
        {
            // Nothing is open.
        }

        private DiskTag TagOf(TagState tag) => _tables[((WatchedTag)tag.Journal).Inner is SimulatedTagJournal own ? own.Number : 0];

        private void Do(Action<DiskTables> change)
        {
            change(_tables);
            _uncommitted.Add(change);
        }
    }
}

/// <summary>All tags on a disk.</summary>
internal sealed class DiskTables
{
    private readonly SortedDictionary<int, DiskTag> _tags = [];

    public int LastTag { get; set; }

    public IEnumerable<DiskTag> Tags => _tags.Values;

    public DiskTag this[int number] => _tags[number];

    public void Add(DiskTag tag)
    {
        _tags.Add(tag.Number, tag);
        LastTag = tag.Number;
    }

    public void Remove(int number) => _tags.Remove(number);
}
