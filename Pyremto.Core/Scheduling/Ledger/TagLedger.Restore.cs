namespace Pyremto;

/// <content>Building a ledger up again from what was kept (S10, S14).</content>
internal sealed partial class TagLedger
{
    public void RestoreWorker(string id, bool inProcess) => _workers.Restore(id, inProcess);

    /// <summary>A hand-out as it was kept; they come in the order in which they were handed out.</summary>
    /// <param name="kept">The hand-out; <see cref="HandOutEntry.IsLive"/> if it had not ended.</param>
    /// <param name="ending">How it ended, if it did.</param>
    public void RestoreHandOut(in HandOutEntry kept, HandOutState ending)
    {
        ref var job = ref _jobs[kept.JobId];
        job.Spent += kept.Spends;
        job.Attempts = kept.Attempt;
        job.LastRow = kept.Row;
        job.LastHandedOutAt = Math.Max(job.LastHandedOutAt, kept.At);
        Redistributed += kept.Attempt == 2 ? 1 : 0;
        StartedAt = Math.Min(StartedAt ?? long.MaxValue, kept.At);
        Advance(kept.At);
        ref var worker = ref _workers[kept.Worker];
        worker.LastSeen = Math.Max(worker.LastSeen, kept.At);
        worker.Failed += ending == HandOutState.Failed ? 1 : 0;
        FailedAttempts += ending == HandOutState.Failed ? 1 : 0;
        LastSign = Math.Max(LastSign ?? 0, kept.At);
        _delayed.Remove(kept.JobId);
        worker.Lost += ending == HandOutState.Lost ? 1 : 0;
        var isKnown = job.State != JobState.Done && (kept.IsLive || (ending == HandOutState.Lost && kept.Worker != WorkerTable.Anonymous));
        if (!isKnown)
            return;
        _handOuts[AddHandOut(kept)].Replays = 1; // its answer may have been told again
        if (!kept.IsLive)
            return;
        job.Live++;
        worker.Live++;
    }

    /// <summary>A result as it was kept; they come in the order in which they were taken, before the hand-outs.</summary>
    public void RestoreResult(int jobId, int worker, long doneAt, int row)
    {
        ref var job = ref _jobs[jobId];
        _completed[_counts[(int)JobState.Done]] = jobId;
        job.ResultRow = row;
        SetState(ref job, JobState.Done);
        job.ResultWorker = worker;
        _workers[worker].Done++;
        _workers[worker].LastSeen = Math.Max(_workers[worker].LastSeen, doneAt);
        LastResultAt = Math.Max(LastResultAt ?? 0, doneAt);
        LastSign = Math.Max(LastSign ?? 0, doneAt);
        Advance(doneAt);
    }

    /// <summary>A cancelled job; after the results, before the hand-outs.</summary>
    public void RestoreCancelled(int jobId)
    {
        if (_jobs[jobId].State == JobState.Waiting)
            SetState(ref _jobs[jobId], JobState.Cancelled);
    }

    /// <summary>The delay that is kept with the newest hand-out of a job; after that hand-out.</summary>
    public void RestoreDelay(int jobId, RetryDelay delay)
    {
        if (_jobs[jobId].IsOpen)
            _delayed.Set(jobId, delay);
    }

    public void RestoreDuplicates(long duplicates, long differing) => (DuplicateResults, DifferingResults) = (duplicates, differing);

    /// <summary>
    /// All was restored. What ran in the process of the coordinator that ended is lost; every other live hand-out starts a full
    /// lease now.
    /// </summary>
    /// <param name="now">The moment.</param>
    /// <param name="processEnded">Whether the coordinator's process ended since, and its own workers with it.</param>
    public void FinishRestore(long now, bool processEnded)
    {
        now = Advance(now);
        _delayed.Shorten(now);
        var handedOut = Enumerable.Range(0, _jobs.Length).Where(id => _jobs[id].Attempts > 0 && _jobs[id].IsOpen).ToArray();
        Array.Sort(handedOut, (left, right) =>
            (_jobs[left].LastHandedOutAt, left).CompareTo((_jobs[right].LastHandedOutAt, right)));
        foreach (var jobId in handedOut)
            Settle(jobId, _jobs[jobId].Spent);
        foreach (var worker in processEnded ? _workers.Numbers : [])
        {
            if (_workers[worker].InProcess)
                LoseAllOf(worker, now);
        }
        RenewLeases(now);
        _workers.FinishRestore();
        while (_workers.ForgetOne(now) is > 0 and var gone)
            _journal.WorkerForgotten(gone);
    }
}
