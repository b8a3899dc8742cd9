namespace Pyremto.Tests.Simulation;

/// <summary>One tag on the simulated disk: rows, as the SQLite store keeps them.</summary>
internal sealed class DiskTag(int number, TagRecord record)
{
    private TagRecord _record = record;
    private JobSetup? _setup;
    private LedgerSettings _settings;

    public int Number { get; } = number;

    public List<(string Id, bool InProcess)> Workers { get; } = [];

    public List<HandOutRow> HandOuts { get; } = [];

    public List<TakenResult> Results { get; } = [];

    public List<int> Cancelled { get; } = [];

    public long Duplicates { get; set; }

    public long Differing { get; set; }

    public long LastUsedAt { get; set; } = record.CreatedAt.ToMicros();

    /// <summary>A hand-out; its number is where it stands, counted from one.</summary>
    internal sealed class HandOutRow(HandOutEntry entry)
    {
        public HandOutEntry Entry = entry;

        public HandOutState Ending { get; set; } = HandOutState.Live;

        public JobDelay? Delay { get; set; }

        /// <summary>Its lease where it is another than the tag's; 0 else.</summary>
        public long Lease { get; set; }
    }

    public void SetUp(JobSetup setup)
    {
        _setup = setup;
        _settings = LedgerSettings.Of(setup) with { Paused = _settings.Paused };
    }

    public void Change(LedgerSettings settings) => _settings = settings;

    public void ChangeViewKey(ReadOnlyMemory<byte> viewKey) => _record = WithViewKey(_record, viewKey);

    /// <summary>A tag's record after a rotation of its view tokens.</summary>
    public static TagRecord WithViewKey(TagRecord record, ReadOnlyMemory<byte> viewKey) => new()
    {
        Name = record.Name,
        Instance = record.Instance,
        PasswordHash = record.PasswordHash,
        ViewKey = viewKey,
        CreatedAt = record.CreatedAt,
        CreationRequestId = record.CreationRequestId,
    };

    public RestoredTag Restored(ITagJournal journal) => new(
        _record, journal, LastUsedAt, 0, _setup?.RequestId, _setup is null ? null : _settings, _settings.Paused,
        _setup is null ? null : DescriptionTable.Of(_setup), Restore, new Dictionary<string, long>(StringComparer.Ordinal));

    public JobResult ReadResult(TagState tag, JobPointer job)
    {
        var result = Results[job.ResultRow - 1];
        return new JobResult
        {
            JobId = job.JobId,
            Repetition = tag.Descriptions!.RepetitionOf(job.JobId),
            Description = tag.Descriptions.Of(job.JobId),
            Result = result.Text,
            Attempt = result.Attempt,
            Worker = result.WorkerId,
            StartedAt = UnixTime.FromMicros(result.StartedAt),
            DoneAt = UnixTime.FromMicros(result.DoneAt),
        };
    }

    public List<AttemptInfo> ReadAttempts(int jobId)
    {
        var winner = Results.Where(result => result.JobId == jobId).Select(result => (int?)result.Attempt).FirstOrDefault();
        return [.. HandOuts.Where(row => row.Entry.JobId == jobId).Select(row => new AttemptInfo(
            row.Entry.Attempt,
            row.Entry.Attempt == winner ? HandOutState.Done
                : row.Ending != HandOutState.Live ? row.Ending
                : winner is null ? HandOutState.Live
                : HandOutState.Superseded,
            row.Entry.Worker == 0 ? null : Workers[row.Entry.Worker - 1].Id, UnixTime.FromMicros(row.Entry.At), null, null, null))];
    }

    private void Restore(TagLedger ledger)
    {
        foreach (var (id, inProcess) in Workers)
            ledger.RestoreWorker(id, inProcess);
        for (var i = 0; i < Results.Count; i++)
            ledger.RestoreResult(Results[i].JobId, Results[i].Worker, Results[i].DoneAt, row: i + 1);
        foreach (var jobId in Cancelled)
            ledger.RestoreCancelled(jobId);
        for (var i = 0; i < HandOuts.Count; i++)
        {
            ref var entry = ref HandOuts[i].Entry;
            ledger.RestoreHandOut(
                new HandOutEntry
                {
                    JobId = entry.JobId,
                    Attempt = entry.Attempt,
                    Row = i + 1,
                    Worker = entry.Worker,
                    RequestId = entry.RequestId,
                    At = entry.At,
                    Lease = HandOuts[i].Lease,
                    Spends = entry.Spends,
                    IsLive = HandOuts[i].Ending == HandOutState.Live,
                },
                HandOuts[i].Ending);
            if (HandOuts[i].Delay is { } delay)
                ledger.RestoreDelay(entry.JobId, delay);
        }
        ledger.RestoreDuplicates(Duplicates, Differing);
    }
}
