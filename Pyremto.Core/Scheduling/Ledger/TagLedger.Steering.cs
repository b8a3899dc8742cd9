namespace Pyremto;

/// <content>The owner's verbs: S12, S19.</content>
internal sealed partial class TagLedger
{
    /// <summary>Gives exhausted jobs new attempts, after giving up hand-outs that were silent for so long. Answers how many jobs (S12).</summary>
    public int Retry(IReadOnlyList<int>? jobIds, long? silentMicros, long now)
    {
        now = Advance(now);
        if (silentMicros is { } silence)
            GiveUpSilent(jobIds, now - silence, now);
        var retried = 0;
        foreach (var jobId in Selected(jobIds))
        {
            ref var job = ref _jobs[jobId];
            if (job.State != JobState.Exhausted)
                continue;
            Changes++;
            var spentBefore = job.Spent;
            Forgive(jobId);
            Settle(jobId, spentBefore);
            TellOpened(jobId);
            retried++;
        }
        return retried;
    }

    /// <summary>Cancels jobs without result. Answers how many (S19).</summary>
    public int Cancel(IReadOnlyList<int>? jobIds, long now)
    {
        now = Advance(now);
        var cancelled = 0;
        foreach (var jobId in Selected(jobIds))
        {
            ref var job = ref _jobs[jobId];
            if (!job.IsOpen)
                continue;
            while (job.FirstHandOut is not 0 and var number)
            {
                var entry = _handOuts[number];
                if (entry.IsLive)
                    StopLiving(number);
                RemoveHandOut(number);
                if (!entry.IsLive)
                    continue;
                _journal.Ended(entry, HandOutState.Cancelled, now, failure: null);
                if (_workers[entry.Worker].Id is { } id)
                    _signals.NotNeeded(jobId, entry.Attempt, id);
            }
            Changes++;
            SetState(ref job, JobState.Cancelled);
            Settle(jobId, job.Spent);
            _journal.JobCancelled(jobId);
            cancelled++;
        }
        return cancelled;
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

    private void GiveUpSilent(IReadOnlyList<int>? jobIds, long lastSign, long now)
    {
        foreach (var jobId in Selected(jobIds))
        {
            for (var number = _jobs[jobId].FirstHandOut; number != 0;)
            {
                var entry = _handOuts[number];
                var sign = entry.Worker == WorkerTable.Anonymous ? entry.At : Math.Max(entry.At, _workers[entry.Worker].LastSeen);
                if (entry.IsLive && sign <= lastSign)
                    Lose(number, now);
                number = entry.NextOfJob;
            }
        }
    }

    /// <summary>The jobs that are meant; numbers of jobs that do not exist are passed over.</summary>
    private IEnumerable<int> Selected(IReadOnlyList<int>? jobIds) =>
        jobIds is null ? Enumerable.Range(0, _jobs.Length) : jobIds.Where(Exists);
}
