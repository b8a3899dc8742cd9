namespace Pyremto;

/// <content>
/// Exchanges and heartbeats over all tags with a prefix (S20). A call touches the tags that it names, those in which its worker has jobs,
/// and the one that gives work; only these are used by it (S17).
/// </content>
internal sealed partial class StoreState
{
    private readonly PrefixPools _pools = new();
    private readonly List<PoolMember> _passedOver = [];

    /// <summary>In which tags a worker that asks for a prefix may have hand-outs.</summary>
    private readonly Dictionary<string, List<TagState>> _holdings = new(StringComparer.Ordinal);

    private ExchangeAnswer Exchange(string prefix, ExchangeRequest request, long now)
    {
        Expire(now);
        var held = SeenIn(request.Worker, now);
        var outcomes = TakeReports(new RequestScope(prefix), request, now);
        var pool = _pools.Of(prefix, WithPrefix);
        if (request.Count == 0)
            return new ExchangeAnswer { State = pool.AnswerWithoutWork, Outcomes = outcomes };
        return (Replay(held, prefix, request, now) ?? GiveFirst(pool, request, now)) is { } given
            ? new ExchangeAnswer { State = NextState.Job, Jobs = given.Jobs, Replays = given.Replays, Outcomes = outcomes }
            : new ExchangeAnswer
            {
                State = pool.AnswerWithoutWork,
                Outcomes = outcomes,
                AskerHoldsJobs = held.Exists(tag => HoldsJobs(tag, request.Worker)),
            };
    }

    private HeartbeatAnswer Heartbeat(string prefix, Heartbeat heartbeat, long now)
    {
        Expire(now);
        var tags = new HashSet<TagState>(SeenIn(heartbeat.Worker, now));
        var notNeeded = new List<HeldJob>();
        List<HeldJob>? leases = null;
        foreach (var job in heartbeat.Jobs ?? [])
        {
            var tag = Find(new RequestScope(prefix), job.Tag, job.Instance, now);
            if (tag?.Ledger is { } ledger && tags.Add(tag))
                ledger.Seen(heartbeat.Worker, now);
            Vouch(tag?.Ledger, heartbeat, job, now, notNeeded, ref leases);
        }
        foreach (var tag in tags)
        {
            MarkDirty(tag);
            if (heartbeat.Jobs is null)
                tag.Use(now, UpTime);
            else
                tag.Ledger!.LoseUnvouched(heartbeat.Worker, now);
        }
        return new HeartbeatAnswer(notNeeded) { Leases = leases };
    }

    private GivenWork? Replay(List<TagState> held, string prefix, ExchangeRequest request, long now)
    {
        foreach (var tag in held)
        {
            if (!tag.Record.Name.StartsWith(prefix, StringComparison.Ordinal))
                continue;
            MarkDirty(tag);
            if (Replay(tag, request, now) is not { } replayed)
                continue;
            tag.Use(now, UpTime);
            return replayed;
        }
        return null;
    }

    /// <summary>Gives work of the tag that was served least recently among those that have some.</summary>
    private GivenWork? GiveFirst(PrefixPool pool, ExchangeRequest request, long now)
    {
        GivenWork? given = null;
        while (given is null && pool.TakeNext() is { } member)
        {
            _passedOver.Add(member);
            MarkDirty(member.Tag);
            given = IsExcepted(member.Tag, request) ? null : Claim(member.Tag, request, now);
            if (given is null)
                continue;
            member.Tag.Use(now, UpTime);
            NoteHolding(request.Worker, member.Tag);
        }
        foreach (var member in _passedOver)
            pool.PutBack(member);
        _passedOver.Clear();
        return given;
    }

    /// <summary>Notes a sign of life of a worker wherever it has hand-outs, and answers in which tags these are.</summary>
    private List<TagState> SeenIn(string? worker, long now)
    {
        if (worker is null || !_holdings.TryGetValue(worker, out var held))
            return [];
        held.RemoveAll(tag => tag.IsDeleted || !tag.Ledger!.HasHandOuts(worker));
        if (held.Count == 0)
            _holdings.Remove(worker);
        foreach (var tag in held)
            tag.Ledger!.Seen(worker, now);
        return held;
    }

    private void NoteHolding(string? worker, TagState tag)
    {
        if (worker is null)
            return;
        if (!_holdings.TryGetValue(worker, out var held))
            _holdings[worker] = [tag];
        else if (!held.Contains(tag))
            held.Add(tag);
    }

    /// <summary>After a failed commit the workers of this process go on, and ask again for what they were given (S8).</summary>
    private void RestoreHoldings(TagState tag)
    {
        var workers = tag.Ledger!.Workers;
        foreach (var number in workers.Numbers)
        {
            if (workers[number] is { InProcess: true, FirstHandOut: not 0, Id: { } id })
                NoteHolding(id, tag);
        }
    }

    private IEnumerable<TagState> WithPrefix(string prefix) =>
        FindTags(prefix, after: null, int.MaxValue).Select(record => _tags[record.Name]);
}
