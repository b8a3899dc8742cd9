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
        if (heartbeat.TagPrefix is not null)
            return await _store.HeartbeatAsync([], heartbeat, cancellationToken).ConfigureAwait(false);
        if (heartbeat.Tags is [var alone])
        {
            var tag = await _store.FindTagAsync(alone.Tag, cancellationToken).ConfigureAwait(false);
            if (tag is not null)
                await _credentials.RequireOwnerAsync(tag, alone, cancellationToken).ConfigureAwait(false);
            return await _store.HeartbeatAsync(tag?.Alone ?? [], NameTags(heartbeat), cancellationToken).ConfigureAwait(false);
        }
        var (tags, refused) = await FindSeveralAsync(heartbeat.Tags, cancellationToken).ConfigureAwait(false);
        if (refused is null)
            return await _store.HeartbeatAsync(tags, heartbeat, cancellationToken).ConfigureAwait(false);
        if (tags.Count == 0 && refused.Find(tag => tag.Code != ErrorCodes.TagUnknown) is { } wrong)
            throw PyremtoException.FromCode(wrong.Code, wrong.Message);
        var answer = await _store.HeartbeatAsync(tags, heartbeat.Without(refused), cancellationToken).ConfigureAwait(false);
        return answer.Refusing(heartbeat, refused);
    }

    public IAsyncEnumerable<JobNotNeeded> WatchNotNeededAsync(NotNeededWatch watch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(watch);
        RequestChecks.Watch(watch);
        return _notNeeded.WatchAsync(watch, cancellationToken);
    }

    public ValueTask SessionLostAsync(IReadOnlyList<string> workers, CancellationToken cancellationToken) =>
        _store.SessionLostAsync(workers, cancellationToken);

    /// <summary>
    /// One exchange. It takes place even if its caller is gone: reports that were received count (S5), and only the work is taken back
    /// (S8). Without work it waits, if it is to, until that changes or its time is up (S7); not where it has to say at once that
    /// something was refused. A tag of several that is refused costs only itself (S5).
    /// </summary>
    private async ValueTask<ExchangeAnswer> AnswerAsync(ExchangeRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<TagRecord> tags;
        List<RefusedTag>? refusedTags = null;
        var served = request;
        if (request.TagPrefix is not null)
            tags = [];
        else if (request.Tags is [var alone])
            tags = (await OwnedAsync(alone, CancellationToken.None).ConfigureAwait(false)).Alone;
        else
            (tags, refusedTags) = await FindSeveralAsync(request.Tags, CancellationToken.None).ConfigureAwait(false);
        if (refusedTags is not null)
            served = tags.Count > 0 ? request.Without(refusedTags) : throw PyremtoException.FromCode(refusedTags[0].Code, refusedTags[0].Message);

        var refused = ReportsToRefuse(served);
        var answer = await StoreAsync(tags, refused is null ? served : refused.Accepted).ConfigureAwait(false);
        if (refused is not null)
            answer = answer with { Outcomes = refused.Merge(answer.Outcomes) };
        if (refusedTags is not null)
            answer = answer.Refusing(request, refusedTags);
        Observe(request, answer);
        if (cancellationToken.IsCancellationRequested && answer.Jobs.Count > 0)
            await ReleaseAsync(tags, request, answer, cancellationToken).ConfigureAwait(false);
        return MayWait(served, answer) ? await WaitAsync(served, answer, cancellationToken).ConfigureAwait(false) : answer;
    }

    private static bool MayWait(ExchangeRequest request, ExchangeAnswer answer) =>
        request.Wait > TimeSpan.Zero && request.Count > 0 && !answer.HasJob
        && (request.UntilWork || answer.State is not (NextState.Done or NextState.Drained))
        && answer.RefusedTags.Count == 0
        && !answer.Outcomes.Any(outcome => outcome.Outcome == ReportVerdict.Refused);

    /// <summary>Asks again whenever the answer may have changed.</summary>
    private async ValueTask<ExchangeAnswer> WaitAsync(ExchangeRequest request, ExchangeAnswer first, CancellationToken cancellationToken)
    {
        var last = first;
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
                cancellationToken.ThrowIfCancellationRequested();
                _waiters.Look(ticket);
                var answer = await AnswerAsync(again, cancellationToken).ConfigureAwait(false);
                // It may have been another tag that woke it, a job that it has already, or a tag that it sits out.
                if (isWoken && (answer.HasJob || answer.AskerHoldsJobs || again.ExceptTags.Count > 0))
                    _waiters.PassOn(ticket, served: answer.HasJob ? answer.Jobs[0].Tag : null);
                isWoken = false;
                last = answer with { Outcomes = first.Outcomes };
                if (answer.HasJob || answer.RefusedTags.Count > 0 || (answer.State != first.State && !request.UntilWork))
                    return last;
                isWoken = await _waiters.WaitAsync(ticket, timeIsUp.Token).ConfigureAwait(false);
            }
            while (isWoken);
            cancellationToken.ThrowIfCancellationRequested();
            return _stopping.IsCancellationRequested
                ? throw new StoreUnavailableException("The coordinator is stopping; ask again when it is back.")
                : last;
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
        Observe(release, await StoreAsync(tags, release).ConfigureAwait(false));
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>The tags whose credentials are right, and those that are refused; null where none is.</summary>
    private async ValueTask<(List<TagRecord> Tags, List<RefusedTag>? Refused)> FindSeveralAsync(
        IReadOnlyList<TagAccess> accesses, CancellationToken cancellationToken)
    {
        var tags = new List<TagRecord>(accesses.Count);
        List<RefusedTag>? refused = null;
        foreach (var access in accesses)
        {
            try
            {
                tags.Add(await OwnedAsync(access, cancellationToken).ConfigureAwait(false));
            }
            catch (PyremtoException error) when (RefusedTag.IsMeantBy(error))
            {
                (refused ??= []).Add(new RefusedTag(access.Tag, error.Code, error.Message));
            }
        }
        return (tags, refused);
    }

    /// <summary>A heartbeat over one tag need not name it at each job; said here, so that jobs of a deleted tag are told apart.</summary>
    private static Heartbeat NameTags(Heartbeat heartbeat) =>
        heartbeat is { TagPrefix: null, Tags.Count: 1, Jobs: { Count: > 0 } jobs }
            ? heartbeat with { Jobs = [.. jobs.Select(job => job with { Tag = job.Tag ?? heartbeat.Tags[0].Tag })] }
            : heartbeat;
}
