namespace Pyremto;

/// <content>The owner's verbs: S12, S19.</content>
internal sealed partial class TagLedger
{
    /// <summary>
    /// Gives exhausted jobs, and cancelled ones if these are meant too, new attempts, and ends delays, after giving up hand-outs that
    /// were silent for so long (S12).
    /// </summary>
    public ChangedJobs Retry(IReadOnlyList<int>? jobIds, long? silentMicros, bool cancelled, long now)
    {
        now = Advance(now);
        return Change(jobIds, jobId =>
        {
            var isGivenUp = silentMicros is { } silence && GiveUpSilent(jobId, now - silence, now);
            return Renew(jobId, cancelled) || isGivenUp;
        });
    }

    /// <summary>Cancels jobs without result (S19).</summary>
    public ChangedJobs Cancel(IReadOnlyList<int>? jobIds, long now)
    {
        now = Advance(now);
        return Change(jobIds, jobId => Cancel(jobId, now));
    }

    /// <summary>Does something to each job that is meant, and tells which of the named ones it did nothing to.</summary>
    private ChangedJobs Change(IReadOnlyList<int>? jobIds, Func<int, bool> change)
    {
        if (jobIds is null)
            return new ChangedJobs(Enumerable.Range(0, _jobs.Length).Count(change), []);
        var unchanged = jobIds.Distinct().Where(jobId => !Exists(jobId) || !change(jobId)).ToArray();
        return new ChangedJobs(
            jobIds.Distinct().Count() - unchanged.Length,
            [.. unchanged.Select(jobId => new UnchangedJob(jobId, Exists(jobId) ? _jobs[jobId].State : null))]);
    }

    private bool Renew(int jobId, bool cancelled)
    {
        ref var job = ref _jobs[jobId];
        var spentBefore = job.Spent;
        var isRenewed = job.State == JobState.Exhausted || (cancelled && job.State == JobState.Cancelled);
        if (!EndDelay(jobId) && !isRenewed)
            return false;
        Changes++;
        if (isRenewed)
            Forgive(jobId);
        if (job.State == JobState.Cancelled)
            Reopen(jobId);
        Settle(jobId, spentBefore);
        TellOpened(jobId);
        return true;
    }

    /// <summary>A cancelled job may be handed out again. To be settled after.</summary>
    private void Reopen(int jobId)
    {
        SetState(ref _jobs[jobId], JobState.Waiting);
        _fresh = Math.Min(_fresh, jobId);
        _journal.JobReopened(jobId);
    }

    private bool Cancel(int jobId, long now)
    {
        ref var job = ref _jobs[jobId];
        if (!job.IsOpen)
            return false;
        for (var number = job.FirstHandOut; number != 0;)
        {
            var entry = _handOuts[number];
            if (entry.IsLive)
                Cancel(number, entry, now);
            number = entry.NextOfJob;
        }
        Changes++;
        EndDelay(jobId);
        SetState(ref job, JobState.Cancelled);
        Settle(jobId, job.Spent);
        _journal.JobCancelled(jobId);
        return true;
    }

    private void Cancel(int number, in HandOutEntry entry, long now)
    {
        StopLiving(number);
        RemoveHandOut(number);
        KeepEnding(entry, HandOutState.Cancelled, now);
        if (_workers[entry.Worker].Id is { } id)
            _signals.NotNeeded(entry.JobId, entry.Attempt, id);
    }

    /// <summary>The tag is deleted: workers are told whose jobs are not needed any more (S11). Nothing of it is kept.</summary>
    public void Abandon()
    {
        foreach (var worker in _workers.Numbers)
        {
            for (var number = _workers[worker].FirstHandOut; number != 0; number = _handOuts[number].NextOfWorker)
            {
                if (_handOuts[number].IsLive)
                    _signals.NotNeeded(_handOuts[number].JobId, _handOuts[number].Attempt, _workers[worker].Id!);
            }
        }
    }

    /// <summary>Changes N, lease, policy or pause; every job goes where it belongs now.</summary>
    public void Apply(LedgerSettings settings)
    {
        Changes++;
        var before = _settings;
        _settings = settings;
        if (settings.MaxAttempts != before.MaxAttempts)
        {
            for (var jobId = 0; jobId < _jobs.Length; jobId++)
                Settle(jobId, _jobs[jobId].Spent);
        }
        if (settings.LeaseMicros != before.LeaseMicros)
            ChangeLease();
        if (settings != before)
            _signals.Opened(int.MaxValue);
    }

    /// <summary>All hand-outs of a job so far cost nothing any more. The job is to be settled after.</summary>
    private void Forgive(int jobId)
    {
        ref var job = ref _jobs[jobId];
        for (var number = job.FirstHandOut; number != 0; number = _handOuts[number].NextOfJob)
            _handOuts[number].Spends = 0;
        job.Spent = 0;
        _journal.AttemptsForgiven(jobId, job.LastRow);
    }

    private bool GiveUpSilent(int jobId, long lastSign, long now)
    {
        var isGivenUp = false;
        for (var number = _jobs[jobId].FirstHandOut; number != 0;)
        {
            var entry = _handOuts[number];
            var sign = entry.Worker == WorkerTable.Anonymous ? entry.At : Math.Max(entry.At, _workers.SilentSince(entry.Worker));
            if (entry.IsLive && sign <= lastSign)
            {
                Lose(number, now);
                isGivenUp = true;
            }
            number = entry.NextOfJob;
        }
        return isGivenUp;
    }
}
