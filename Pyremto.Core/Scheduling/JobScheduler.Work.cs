namespace Pyremto;

/// <content>What workers ask: S2–S11, S20.</content>
internal sealed partial class JobScheduler
{
    public ValueTask<ExchangeAnswer> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequestChecks.Exchange(request);
        return _instruments is { Traces: true } instruments
            ? TracedAsync(instruments, request, cancellationToken)
            : AnswerAsync(request, cancellationToken);
    }

    public async ValueTask<HeartbeatAnswer> HeartbeatAsync(Heartbeat heartbeat, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(heartbeat);
        RequestChecks.Heartbeat(heartbeat);
        var known = new List<TagRecord>(heartbeat.Tags.Count);
        if (heartbeat.TagPrefix is { } prefix)
            known = await FindAllAsync(prefix, cancellationToken).ConfigureAwait(false);
        foreach (var access in heartbeat.Tags)
        {
            if (await _store.FindTagAsync(access.Tag, cancellationToken).ConfigureAwait(false) is not { } tag)
                continue; // its jobs are no longer needed, which the store says of all jobs that belong to none of the tags
            await _credentials.RequireOwnerAsync(tag, access, cancellationToken).ConfigureAwait(false);
            known.Add(tag);
        }
        return await _store.HeartbeatAsync(known, NameTags(heartbeat), cancellationToken).ConfigureAwait(false);
    }

    public IAsyncEnumerable<JobNotNeeded> WatchNotNeededAsync(IReadOnlyList<string> workers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workers);
        RequestChecks.Workers(workers);
        return _notNeeded.WatchAsync(workers, cancellationToken);
    }

    public ValueTask SessionLostAsync(IReadOnlyList<string> workers, CancellationToken cancellationToken) =>
        _store.SessionLostAsync(workers, cancellationToken);

    /// <summary>One exchange. Without work it waits, if it is to, until that changes or its time is up (S7).</summary>
    private async ValueTask<ExchangeAnswer> AnswerAsync(ExchangeRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<TagRecord> tags;
        if (request is { TagPrefix: null, Tags.Count: 1 })
            tags = (await OwnedAsync(request.Tags[0], cancellationToken).ConfigureAwait(false)).Alone;
        else
            tags = await FindSeveralAsync(request, cancellationToken).ConfigureAwait(false);

        var refused = ReportsToRefuse(request);
        var answer = await StoreAsync(
            tags, refused is null ? request : refused.Accepted, cancellationToken).ConfigureAwait(false);
        if (refused is not null)
            answer = answer with { Outcomes = refused.Merge(answer.Outcomes) };
        Observe(request, answer);
        if (cancellationToken.IsCancellationRequested && answer.Jobs.Count > 0)
            await ReleaseAsync(tags, request, answer, cancellationToken).ConfigureAwait(false);
        var mayWait = answer.State is NextState.Wait or NextState.Paused or NextState.NotSetUp;
        return mayWait && request.Wait > TimeSpan.Zero && request.Count > 0
            ? await WaitAsync(request, answer, cancellationToken).ConfigureAwait(false)
            : answer;
    }

    /// <summary>Asks again whenever the answer may have changed.</summary>
    private async ValueTask<ExchangeAnswer> WaitAsync(ExchangeRequest request, ExchangeAnswer first, CancellationToken cancellationToken)
    {
        var again = request with { Wait = TimeSpan.Zero, Done = [], Failed = [], Released = [] };
        var ticket = _waiters.Enter([.. request.Tags.Select(access => access.Tag)], request.TagPrefix, request.Worker, request.RequestId);
        var wait = request.Wait < TagDefaults.LongestWait ? request.Wait : TagDefaults.LongestWait;
        using var timer = new CancellationTokenSource(wait, _time);
        using var timeIsUp = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken, _stopping.Token);
        var isWoken = false;
        _instruments?.BeginsToWait();
        try
        {
            do
            {
                _waiters.Look(ticket);
                var answer = await AnswerAsync(again, cancellationToken).ConfigureAwait(false);
                if (isWoken && (answer.HasJob || answer.AskerHoldsJobs)) // it may have been another tag that woke it, or a job that it has already
                    _waiters.PassOn(ticket, served: answer.HasJob ? answer.Jobs[0].Tag : null);
                isWoken = false;
                if (answer.State != first.State)
                    return answer with { Outcomes = first.Outcomes };
                isWoken = await _waiters.WaitAsync(ticket, timeIsUp.Token).ConfigureAwait(false);
            }
            while (isWoken);
            cancellationToken.ThrowIfCancellationRequested();
            return _stopping.IsCancellationRequested
                ? throw new StoreUnavailableException("The coordinator is stopping; ask again when it is back.")
                : first;
        }
        finally
        {
            _instruments?.WaitsNoMore();
            if (isWoken) // and did not come to ask: somebody else should
                _waiters.PassOn(ticket);
            _waiters.Leave(ticket);
        }
    }

    /// <summary>The asker is gone before it learned what it was given: nobody has it (S8).</summary>
    private async ValueTask ReleaseAsync(
        IReadOnlyList<TagRecord> tags, ExchangeRequest request, ExchangeAnswer answer, CancellationToken cancellationToken)
    {
        var release = request.GivingBack(answer);
        Observe(release, await StoreAsync(tags, release, CancellationToken.None).ConfigureAwait(false));
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async ValueTask<IReadOnlyList<TagRecord>> FindSeveralAsync(ExchangeRequest request, CancellationToken cancellationToken)
    {
        if (request.TagPrefix is { } prefix)
            return await FindAllAsync(prefix, cancellationToken).ConfigureAwait(false);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var tags = new List<TagRecord>(request.Tags.Count);
        foreach (var access in request.Tags)
        {
            if (!names.Add(access.Tag))
                throw new InvalidRequestException($"The request names the tag '{access.Tag}' twice.");
            tags.Add(await OwnedAsync(access, cancellationToken).ConfigureAwait(false));
        }
        return tags;
    }

    private async ValueTask<List<TagRecord>> FindAllAsync(string prefix, CancellationToken cancellationToken)
    {
        const int PageSize = 1000;
        var all = new List<TagRecord>();
        while (true)
        {
            var page = await _store.FindTagsAsync(
                prefix, all.Count == 0 ? null : all[^1].Name, PageSize, cancellationToken).ConfigureAwait(false);
            all.AddRange(page);
            if (page.Count < PageSize)
                return all;
        }
    }

    /// <summary>A heartbeat over one tag need not name it at each job; said here, so that jobs of a deleted tag are told apart.</summary>
    private static Heartbeat NameTags(Heartbeat heartbeat) =>
        heartbeat is { TagPrefix: null, Tags.Count: 1, Jobs: { Count: > 0 } jobs }
            ? heartbeat with { Jobs = [.. jobs.Select(job => job with { Tag = job.Tag ?? heartbeat.Tags[0].Tag })] }
            : heartbeat;
}
