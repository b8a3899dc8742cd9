namespace Pyremto.Tests.ModelBased;

/// <content>What the owner does, S12 and S19, and what there is to see.</content>
internal sealed partial class Model
{
    public ChangedJobs Retry(IReadOnlyList<int>? ids, TimeSpan? silentFor, bool cancelled)
    {
        var jobs = Selected(ids);
        var silent = jobs.SelectMany(job => job.HandOuts).Where(own => own.IsLive && LastSign(own) <= Now - silentFor).ToList();
        silent.ForEach(handOut => handOut.State = HandOutState.Lost);
        var renewed = jobs.FindAll(job => job.State(_n) == JobState.Exhausted || (cancelled && job.IsCancelled && job.Result is null));
        foreach (var handOut in renewed.SelectMany(job => job.HandOuts))
            handOut.Cost = 0;
        renewed.ForEach(job => job.IsCancelled = false);
        var delayed = jobs.FindAll(job => job.IsOpen && job.DelayedUntil > Now);
        delayed.ForEach(job => job.DelayedUntil = Now);
        return Changed(ids, [.. delayed.Select(job => job.Id), .. renewed.Select(job => job.Id), .. silent.Select(handOut => handOut.JobId)]);
    }

    public ChangedJobs Cancel(IReadOnlyList<int>? ids)
    {
        var open = Selected(ids).Where(job => job.IsOpen).ToList();
        foreach (var handOut in open.SelectMany(job => job.HandOuts).Where(handOut => handOut.IsLive))
        {
            handOut.State = HandOutState.Cancelled;
            TellNotNeeded(handOut);
        }
        open.ForEach(job => (job.IsCancelled, job.DelayedUntil) = (true, Now));
        return Changed(ids, [.. open.Select(job => job.Id)]);
    }

    public void SetPaused(bool paused) => _paused = paused;

    public void Update(TagUpdate update)
    {
        _n = update.MaxRedistributionAttempts ?? _n;
        _lease = update.Lease ?? _lease;
        _retryDelay = update.RetryDelay ?? _retryDelay;
        _policy = update.Policy ?? _policy;
        foreach (var handOut in HandOuts)
            handOut.Lease = handOut.Lease > _lease ? handOut.Lease : _lease;
    }

    /// <summary>Who was told since the last time that a job is not needed.</summary>
    public string TakeNotNeeded()
    {
        var told = Words.Sorted(_notNeeded);
        _notNeeded.Clear();
        return told;
    }

    public string Describe()
    {
        var counts = _jobs.CountBy(job => job.State(_n)).ToDictionary();
        return Words.Tag(
            new TagProgress
            {
                Tag = "tag",
                State = Status(),
                Waiting = counts.GetValueOrDefault(JobState.Waiting),
                InProgress = counts.GetValueOrDefault(JobState.InProgress),
                Done = counts.GetValueOrDefault(JobState.Done),
                Exhausted = counts.GetValueOrDefault(JobState.Exhausted),
                Cancelled = counts.GetValueOrDefault(JobState.Cancelled),
                Redistributed = _jobs.Count(job => job.HandOuts.Count > 1),
                DuplicateResults = _duplicates,
                DifferingResults = _differing,
                FailedAttempts = HandOuts.Count(handOut => handOut.Reported == ReportKind.Failed),
                MaxRedistributionAttempts = _n,
                Lease = _lease,
                RetryDelay = _retryDelay,
                Policy = _policy,
                Workers = [.. Workers.Named.Select(Describe).Where(worker => worker is not null).Select(worker => worker!)],
            },
            _jobs.Select(job => Words.Job(job.Id, job.State(_n), job.Spent, WaitingUntil(job), job.HandOuts.Select(
                handOut => (handOut.Attempt, handOut.State, handOut.Worker, handOut.Error)))),
            _results.Select(result => Words.Result(result.JobId, result.Attempt, result.Worker, result.Text)));
    }

    private WorkerProgress? Describe(string worker)
    {
        var own = HandOuts.Where(handOut => handOut.Worker == worker).ToList();
        var results = _results.Count(result => result.Worker == worker);
        return own.Count + results == 0 ? null : new WorkerProgress(
            worker,
            own.Count(handOut => handOut.IsLive),
            results,
            own.Count(handOut => handOut.Reported == ReportKind.Failed),
            own.Count(handOut => handOut.State == HandOutState.Lost),
            default);
    }

    private DateTimeOffset? WaitingUntil(ModelJob job) =>
        job.State(_n) == JobState.Waiting && job.DelayedUntil > Now ? job.DelayedUntil : null;

    private ChangedJobs Changed(IReadOnlyList<int>? ids, HashSet<int> changed) => new(
        changed.Count,
        [.. (ids ?? []).Distinct().Where(id => !changed.Contains(id)).Select(
            id => new UnchangedJob(id, id >= 0 && id < _jobs.Count ? _jobs[id].State(_n) : null))]);

    private DateTimeOffset LastSign(ModelHandOut handOut) =>
        handOut.Worker is null ? handOut.At : Later(handOut.At, _lastSeen[handOut.Worker]);

    private List<ModelJob> Selected(IReadOnlyList<int>? ids) => _jobs.FindAll(job => ids is null || ids.Contains(job.Id));
}
