namespace Pyremto;

/// <content>Exchanges and heartbeats: S2–S11, S20.</content>
internal sealed partial class StoreState
{
    private readonly List<(int JobId, int Attempt)> _replayed = [];

    /// <summary>Reports in, work out.</summary>
    public ExchangeAnswer Exchange(IReadOnlyList<TagRecord> records, ExchangeRequest request, long now)
    {
        if (request.TagPrefix is { } prefix)
            return Exchange(prefix, request, now);
        if (records.Count == 1)
            return Exchange(Enter(records[0], now), [], request, now);
        var tags = new List<TagState>(records.Count);
        List<RefusedTag>? gone = null;
        foreach (var record in records)
        {
            if (TryEnter(record, now) is { } tag)
                tags.Add(tag);
            else
                (gone ??= []).Add(new RefusedTag(record.Name, ErrorCodes.TagUnknown, Gone(record).Message));
        }
        if (tags.Count == 0 && gone is not null)
            throw Gone(records[0]);
        var several = Exchange(tags.Count == 0 ? null : tags[0], [.. tags], request, now);
        return gone is null ? several : several with { RefusedTags = gone };
    }

    private ExchangeAnswer Exchange(TagState? single, TagState[] several, ExchangeRequest request, long now)
    {
        single?.Ledger?.Seen(request.Worker, now);
        for (var i = 1; i < several.Length; i++)
            several[i].Ledger?.Seen(request.Worker, now);
        var outcomes = TakeReports(new RequestScope(single, several), request, now);
        if (request.Count == 0 || single is null)
            return new ExchangeAnswer { State = StateOf(single, several), Outcomes = outcomes };
        var jobs = several.Length == 0 ? GiveOne(single, request, now) : GiveFirst(several, request, now);
        return jobs is not { } given
            ? new ExchangeAnswer
            {
                State = StateOf(single, several),
                Outcomes = outcomes,
                AskerHoldsJobs = HoldsJobs(single, request.Worker) || Array.Exists(several, tag => HoldsJobs(tag, request.Worker)),
            }
            : new ExchangeAnswer { State = NextState.Job, Jobs = given.Jobs, Replays = given.Replays, Outcomes = outcomes };
    }

    private ReportOutcome[] TakeReports(in RequestScope scope, ExchangeRequest request, long now)
    {
        var count = request.Done.Count + request.Failed.Count + request.Released.Count;
        if (count == 0)
            return [];
        var outcomes = new ReportOutcome[count];
        var next = 0;
        for (var i = 0; i < request.Done.Count; i++)
        {
            var report = request.Done[i];
            outcomes[next++] = Find(scope, report.Tag, report.Instance, now)?.Ledger is { } ledger
                ? ledger.TakeDone(report, request.Worker, request.InProcess, now)
                : ReportOutcome.OfNoTag(report.JobId);
        }
        for (var i = 0; i < request.Failed.Count; i++)
        {
            var report = request.Failed[i];
            outcomes[next++] = Find(scope, report.Tag, report.Instance, now)?.Ledger is { } ledger
                ? ledger.TakeFailed(report, request.Worker, request.RequestId, now)
                : ReportOutcome.OfNoTag(report.JobId);
        }
        for (var i = 0; i < request.Released.Count; i++)
        {
            var report = request.Released[i];
            outcomes[next++] = Find(scope, report.Tag, report.Instance, now)?.Ledger is { } ledger
                ? ledger.TakeReleased(report, request.Worker, request.RequestId, now)
                : ReportOutcome.OfNoTag(report.JobId);
        }
        return outcomes;
    }

    /// <summary>The tags that a request is over: one, several, or all with a prefix.</summary>
    private readonly record struct RequestScope(TagState? Single, TagState[] Several, string? Prefix = null)
    {
        public RequestScope(string prefix)
            : this(Single: null, [], prefix)
        {
        }
    }

    /// <summary>The tag that a report is for, or null if it is for none of the request's tags as they are now (S19).</summary>
    private TagState? Find(in RequestScope scope, string? name, Guid? instance, long now)
    {
        if (scope.Prefix is { } prefix)
        {
            return name?.StartsWith(prefix, StringComparison.Ordinal) == true && _tags.TryGetValue(name, out var named)
                && (instance is null || instance == named.Record.Instance) ? Entered(named, now) : null;
        }
        var tag = scope.Several.Length == 0 && (name is null || string.Equals(name, scope.Single?.Record.Name, StringComparison.Ordinal)) ? scope.Single
            : Array.Find(scope.Several, candidate => string.Equals(candidate.Record.Name, name, StringComparison.Ordinal));
        return tag is not null && (instance is null || instance == tag.Record.Instance) ? tag : null;
    }

    /// <summary>Gives work of one tag; null if there is none.</summary>
    private GivenWork? GiveOne(TagState tag, ExchangeRequest request, long now) =>
        Replay(tag, request, now) ?? (IsExcepted(tag, request) ? null : Claim(tag, request, now));

    private static bool IsExcepted(TagState tag, ExchangeRequest request) =>
        request.ExceptTags.Count > 0 && request.ExceptTags.Contains(tag.Record.Name, StringComparer.Ordinal);

    /// <summary>Gives work of the tag that was served least recently among those that have some (S20).</summary>
    private GivenWork? GiveFirst(TagState[] tags, ExchangeRequest request, long now)
    {
        foreach (var tag in tags)
        {
            if (Replay(tag, request, now) is { } replayed)
                return replayed;
        }
        foreach (var tag in tags.OrderBy(tag => tag.LastServed).ThenBy(tag => tag.Record.Name, StringComparer.Ordinal))
        {
            if (!IsExcepted(tag, request) && Claim(tag, request, now) is { } jobs)
                return jobs;
        }
        return null;
    }

    /// <summary>What this very request was given before, its answer having been lost (S8).</summary>
    private GivenWork? Replay(TagState tag, ExchangeRequest request, long now)
    {
        if (tag.Ledger is not { } ledger || !ledger.MayReplay(request.Worker, request.RequestId))
            return null;
        _replayed.Clear();
        var replays = ledger.FindReplayed(request.Worker, request.RequestId, now, _replayed);
        return _replayed.Count == 0 ? null : new GivenWork([.. _replayed.Select(found => Describe(tag, found.JobId, found.Attempt))], replays);
    }

    private GivenWork? Claim(TagState tag, ExchangeRequest request, long now)
    {
        if (tag.Ledger is not { } ledger)
            return null;
        var first = ledger.Claim(request.Worker, request.InProcess, request.RequestId, now);
        if (first < 0)
            return null;
        tag.LastServed = ++_servings;
        if (request.Count == 1)
            return new GivenWork([Describe(tag, first, ledger[first].Attempts)]);
        var jobs = new List<HandOut> { Describe(tag, first, ledger[first].Attempts) };
        var given = request.Worker is null ? new HashSet<int> { first } : null;
        while (jobs.Count < request.Count
            && ledger.Claim(request.Worker, request.InProcess, request.RequestId, now, given) is >= 0 and var next)
        {
            jobs.Add(Describe(tag, next, ledger[next].Attempts));
            given?.Add(next);
        }
        return new GivenWork([.. jobs]);
    }

    private readonly record struct GivenWork(HandOut[] Jobs, int Replays = 0);

    private static HandOut Describe(TagState tag, int jobId, int attempt) => new(
        tag.Record.Name, tag.Record.Instance, jobId, tag.Descriptions!.Of(jobId), attempt, tag.Descriptions.RepetitionOf(jobId),
        UnixTime.SpanFromMicros(tag.Ledger!.Settings.LeaseMicros));

    /// <summary>The most hopeful of the tags' answers: wait, paused, not set up, drained, done.</summary>
    private static NextState StateOf(TagState? single, TagState[] several)
    {
        if (single is null)
            return NextState.NotSetUp;
        var best = single.AnswerWithoutWork;
        foreach (var tag in several)
        {
            var state = tag.AnswerWithoutWork;
            best = Hope(state) > Hope(best) ? state : best;
        }
        return best;
    }

    private static bool HoldsJobs(TagState tag, string? worker) =>
        tag.Ledger is { } ledger && ledger.Workers.Find(worker) is > WorkerTable.Anonymous and var number && ledger.Workers[number].Live > 0;

    private static int Hope(NextState state) => state switch
    {
        NextState.Wait => 4,
        NextState.Paused => 3,
        NextState.NotSetUp => 2,
        NextState.Drained => 1,
        _ => 0,
    };

    /// <summary>A sign of life (S10); answers what is no longer needed (S11).</summary>
    public HeartbeatAnswer Heartbeat(IReadOnlyList<TagRecord> records, Heartbeat heartbeat, long now)
    {
        if (heartbeat.TagPrefix is { } prefix)
            return Heartbeat(prefix, heartbeat, now);
        var tags = new List<TagState>(records.Count);
        foreach (var record in records)
        {
            if (TryEnter(record, now) is not { } tag)
                continue; // its jobs are not needed
            tag.Ledger?.Seen(heartbeat.Worker, now);
            tags.Add(tag);
        }
        TagState[] several = records.Count == 1 ? [] : [.. tags];
        var notNeeded = new List<HeldJob>();
        List<HeldJob>? leases = null;
        foreach (var job in heartbeat.Jobs ?? [])
        {
            var tag = Find(new RequestScope(tags.Count == 0 ? null : tags[0], several), job.Tag, job.Instance, now);
            Vouch(tag?.Ledger, heartbeat, job, now, notNeeded, ref leases);
        }
        if (heartbeat.Jobs is not null)
        {
            foreach (var tag in tags)
                tag.Ledger?.LoseUnvouched(heartbeat.Worker, now);
        }
        return new HeartbeatAnswer(notNeeded) { Leases = leases };
    }

    private static void Vouch(TagLedger? ledger, Heartbeat heartbeat, HeldJob job, long now, List<HeldJob> notNeeded, ref List<HeldJob>? leases)
    {
        var verdict = ledger?.Vouch(heartbeat.Worker, job, now) ?? HeldJobVerdict.NotNeeded;
        if (verdict == HeldJobVerdict.NotNeeded)
            notNeeded.Add(job);
        else if (verdict == HeldJobVerdict.NeededWithOtherLease)
            (leases ??= []).Add(job with { Lease = UnixTime.SpanFromMicros(ledger!.Settings.LeaseMicros) });
    }

    public void LoseWorkers(IReadOnlyList<string> workers, long now)
    {
        foreach (var tag in _tags.Values)
        {
            if (tag.Ledger is not { } ledger || !workers.Any(worker => ledger.Workers.Find(worker) > WorkerTable.Anonymous))
                continue;
            MarkDirty(tag);
            foreach (var worker in workers)
                ledger.LoseWorker(worker, now);
        }
    }
}
