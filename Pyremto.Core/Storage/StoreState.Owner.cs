using System.Globalization;

namespace Pyremto;

/// <content>Tags and the owner's verbs: S1, S12, S15, S17, S19.</content>
internal sealed partial class StoreState
{
    public TagRecord CreateTag(TagRecord record, long now)
    {
        if (_tags.TryGetValue(record.Name, out var taken))
        {
            var isRepeated = record.CreationRequestId is not null && string.Equals(
                record.CreationRequestId, taken.Record.CreationRequestId, StringComparison.Ordinal);
            return isRepeated ? taken.Record : throw new TagTakenException($"The tag '{record.Name}' exists already: choose another name.");
        }
        if (_tags.Count >= MostTags)
        {
            throw new TooLargeException(string.Create(
                CultureInfo.InvariantCulture, $"There are {_tags.Count:N0} tags already, {MostTags:N0} allowed (Pyremto:MaxTags): "
                + $"delete those that are not needed any more."));
        }
        var tag = new TagState(record, _journal.CreateTag(record), this)
        {
            LastUsedAt = now, UpTimeAtUse = UpTime, NoteBytes = new(StringComparer.Ordinal),
        };
        _tags.Add(record.Name, tag);
        _names.Add(record.Name);
        _pools.Created(tag);
        MarkDirty(tag);
        tag.Kinds |= TagChangeKinds.Created;
        return record;
    }

    public int SetUp(TagRecord record, JobSetup setup, DescriptionTable descriptions, long now)
    {
        var tag = Enter(record, now);
        if (tag.Ledger is not null)
        {
            var isRepeated = setup.RequestId is not null && string.Equals(setup.RequestId, tag.SetUpRequestId, StringComparison.Ordinal);
            return isRepeated ? tag.Descriptions!.JobCount
                : throw new JobsAlreadySetUpException($"The tag '{record.Name}' has its jobs already; they are set up once.");
        }
        tag.Journal.JobsSetUp(setup);
        tag.SetUp(descriptions, LedgerSettings.Of(setup) with { Paused = tag.IsPausedEarly }, setup.RequestId);
        return descriptions.JobCount;
    }

    public ChangedJobs Retry(TagRecord record, IReadOnlyList<int>? jobIds, long? silentMicros, bool cancelled, long now) =>
        Enter(record, now).Ledger?.Retry(jobIds, silentMicros, cancelled, now) ?? NoneOf(jobIds);

    public ChangedJobs Cancel(TagRecord record, IReadOnlyList<int>? jobIds, long now) =>
        Enter(record, now).Ledger?.Cancel(jobIds, now) ?? NoneOf(jobIds);

    private static ChangedJobs NoneOf(IReadOnlyList<int>? jobIds) =>
        new(0, [.. (jobIds ?? []).Distinct().Select(jobId => new UnchangedJob(jobId, State: null))]);

    public void SetPaused(TagRecord record, bool paused, long now)
    {
        var tag = Enter(record, now);
        if (tag.Ledger is { } ledger)
        {
            Change(tag, ledger, ledger.Settings with { Paused = paused });
        }
        else if (tag.IsPausedEarly != paused)
        {
            tag.IsPausedEarly = paused;
            tag.Journal.SettingsChanged(default(LedgerSettings) with { Paused = paused });
        }
    }

    public void Update(TagRecord record, TagUpdate update, long now)
    {
        var tag = Enter(record, now);
        var ledger = tag.Ledger
            ?? throw new InvalidRequestException($"The tag '{record.Name}' has no jobs yet, and these settings come with them: set them up first.");
        Change(tag, ledger, ledger.Settings.With(update));
    }

    private static void Change(TagState tag, TagLedger ledger, LedgerSettings settings)
    {
        if (settings == ledger.Settings)
            return;
        tag.Journal.SettingsChanged(settings);
        ledger.Apply(settings);
    }

    public TagRecord SetViewKey(TagRecord record, ReadOnlyMemory<byte> viewKey, long now)
    {
        var tag = Enter(record, now);
        tag.Record = new TagRecord
        {
            Name = tag.Record.Name,
            Instance = tag.Record.Instance,
            PasswordHash = tag.Record.PasswordHash,
            ViewKey = viewKey,
            CreatedAt = tag.Record.CreatedAt,
            CreationRequestId = tag.Record.CreationRequestId,
        };
        tag.Journal.ViewKeyChanged(viewKey);
        return tag.Record;
    }

    public bool Delete(TagRecord record, long? ifUnusedFor, long now)
    {
        if (!_tags.TryGetValue(record.Name, out var tag) || tag.Record.Instance != record.Instance)
            return ifUnusedFor is null ? throw Gone(record) : false;
        if (ifUnusedFor is { } unused && UpTime - tag.UpTimeAtUse < unused)
            return false;
        MarkDirty(tag);
        tag.Ledger?.Abandon();
        tag.Kinds |= TagChangeKinds.Deleted;
        tag.Journal.Deleted();
        tag.IsDeleted = true;
        _tags.Remove(record.Name);
        _names.Remove(record.Name);
        PrefixPools.Deleted(tag);
        while (_deadlines.Remove(tag, out _, out _))
        {
            // It stands there once for each deadline that it had, the last of which may be a day away.
        }
        return true;
    }

    public void AddNote(TagRecord record, TagNote note, bool replace, long mostBytes, long now)
    {
        var tag = Enter(record, now);
        var ofKind = tag.NoteBytes.GetValueOrDefault(note.Kind);
        var total = tag.NoteBytes.Values.Sum() + note.Body.Length - (replace ? ofKind : 0);
        if (total > mostBytes)
            throw new TooLargeException("notes of a tag (bytes)", total, mostBytes);
        tag.NoteBytes[note.Kind] = note.Body.Length + (replace ? 0 : ofKind);
        tag.Journal.NoteAdded(note, replace);
    }

    public TagProgress Progress(TagRecord record, IReadOnlyList<string?> waiting, long now)
    {
        var tag = Enter(record, now);
        if (tag.Ledger is not { } ledger)
            return new TagProgress { Tag = record.Name, State = TagStatus.NotSetUp, CreatedAt = record.CreatedAt };
        var counts = ledger.Counts;
        var left = counts.Waiting + counts.InProgress;
        var live = ledger.LiveWorkers(waiting, now);
        var isIdle = left > 0 && live == 0;
        var perSecond = isIdle ? null : ledger.PerSecond(now);
        return new TagProgress
        {
            Tag = record.Name,
            State = ledger.Status,
            Total = counts.Total,
            Waiting = counts.Waiting,
            InProgress = counts.InProgress,
            Done = counts.Done,
            Exhausted = counts.Exhausted,
            Cancelled = counts.Cancelled,
            Redistributed = ledger.Redistributed,
            DuplicateResults = ledger.DuplicateResults,
            DifferingResults = ledger.DifferingResults,
            FailedAttempts = ledger.FailedAttempts,
            PerSecond = perSecond,
            EtaSeconds = left == 0 ? 0 : perSecond is > 0 ? left / perSecond : null,
            MaxRedistributionAttempts = ledger.Settings.MaxAttempts,
            Lease = UnixTime.SpanFromMicros(ledger.Settings.LeaseMicros),
            RetryDelay = UnixTime.SpanFromMicros(ledger.Settings.RetryDelayMicros),
            Policy = ledger.Settings.Policy,
            Repetitions = tag.Descriptions!.Repetitions,
            CreatedAt = record.CreatedAt,
            StartedAt = ledger.StartedAt is { } started ? Wall.Show(started) : null,
            LastResultAt = ledger.LastResultAt is { } last ? Wall.Show(last) : null,
            LiveWorkers = live,
            NoWorkerSince = !isIdle ? null : ledger.LastSign is { } sign ? Wall.Show(sign) : record.CreatedAt,
            WorkerCount = ledger.Workers.Count - 1,
            Workers = ledger.Workers.SeenLast(WorkerTable.MostShown, Wall),
        };
    }

    public TagSummary Summary(TagRecord record)
    {
        if (!_tags.TryGetValue(record.Name, out var tag) || tag.Record.Instance != record.Instance)
            throw Gone(record);
        return new TagSummary(
            record.Name, record.PasswordHash is not null, tag.Status, tag.Ledger?.Counts ?? default, record.CreatedAt,
            Wall.Show(tag.LastUsedAt), tag.Ledger?.FailedAttempts ?? 0);
    }

    /// <summary>The jobs of a page of results; the results themselves are read beside the writer.</summary>
    public (TagState Tag, List<JobPointer> Jobs) PageOfResults(TagRecord record, ResultQuery query, long now)
    {
        var tag = Enter(record, now);
        var limit = query.Limit ?? 1000;
        if (tag.Ledger is not { } ledger)
            return (tag, []);
        if (query.Order == ResultOrder.ByCompletion)
        {
            var completed = ledger.Completed;
            var skipped = Math.Clamp(query.After, 0, completed.Length);
            return (tag, PointersTo(ledger, completed.Slice(skipped, Math.Min(limit, completed.Length - skipped)).ToArray()));
        }
        return (tag, PointersTo(ledger, ledger.Find(JobState.Done, query.After, limit)));
    }

    private static List<JobPointer> PointersTo(TagLedger ledger, IEnumerable<int> jobIds) => [.. jobIds.Select(id =>
    {
        var job = ledger[id];
        return new JobPointer(id, job.State == JobState.Done ? job.ResultRow : 0, job.LastRow);
    })];

    /// <summary>The jobs of a page without their attempts, which are read beside the writer.</summary>
    public (TagState Tag, List<JobInfo> Jobs, List<JobPointer> Pointers, bool IsLast) PageOfJobs(TagRecord record, JobQuery query, long now)
    {
        var tag = Enter(record, now);
        if (tag.Ledger is not { } ledger)
            return (tag, [], [], IsLast: true);
        var ids = ledger.Find(query.State, query.After, query.Limit + 1);
        var pointers = PointersTo(ledger, ids.Take(query.Limit));
        var jobs = pointers.ConvertAll(pointer => new JobInfo
        {
            JobId = pointer.JobId,
            Repetition = tag.Descriptions!.RepetitionOf(pointer.JobId),
            State = ledger[pointer.JobId].State,
            Description = tag.Descriptions.Of(pointer.JobId),
            Spent = ledger[pointer.JobId].Spent,
            WaitingUntil = ledger.WaitingUntil(pointer.JobId) is { } until ? Wall.Show(until) : null,
        });
        return (tag, jobs, pointers, IsLast: ids.Length <= query.Limit);
    }
}
