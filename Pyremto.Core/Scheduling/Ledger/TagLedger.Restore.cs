namespace Pyremto;

/// <content>Building a ledger up again from what was kept (S10, S14).</content>
internal sealed partial class TagLedger
{
    private long _lastKeptAt = long.MinValue;
    private long _turn;

    public void BeginRestore(long now) => RenewLeases(now);

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
        _turn += kept.At == _lastKeptAt ? 0 : 1;
        _lastKeptAt = kept.At;
        job.LastHandedOutAt = _turn;
        Redistributed += kept.Attempt == 2 ? 1 : 0;
        var at = Restored(kept.At);
        StartedAt = Math.Min(StartedAt ?? long.MaxValue, at);
        ref var worker = ref _workers[kept.Worker];
        worker.LastSeen = Math.Max(worker.LastSeen, at);
        worker.Failed += ending == HandOutState.Failed ? 1 : 0;
        FailedAttempts += ending == HandOutState.Failed ? 1 : 0;
        LastSign = Math.Max(LastSign ?? long.MinValue, at);
        _delayed.Remove(kept.JobId);
        worker.Lost += ending == HandOutState.Lost ? 1 : 0;
        var isKnown = job.State != JobState.Done && (kept.IsLive || (ending == HandOutState.Lost && kept.Worker != WorkerTable.Anonymous));
        if (!isKnown)
            return;
        var entry = kept with { At = at, Lease = Math.Max(kept.Lease, _settings.LeaseMicros), Replays = 1 }; // its answer may have been told again
        AddHandOut(entry);
        if (!kept.IsLive)
            return;
        job.Live++;
        _workers.AddLive(kept.Worker, entry.Lease);
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
        var at = Restored(doneAt);
        _workers[worker].LastSeen = Math.Max(_workers[worker].LastSeen, at);
        LastResultAt = Math.Max(LastResultAt ?? long.MinValue, at);
        LastSign = Math.Max(LastSign ?? long.MinValue, at);
    }

    /// <summary>When it was, as far as the wall clock was right then and is now; not in the future in any case.</summary>
    private long Restored(long wall) => Math.Min(_wall.ToStore(wall), _now);

    /// <summary>A cancelled job; after the results, before the hand-outs.</summary>
    public void RestoreCancelled(int jobId)
    {
        if (_jobs[jobId].State == JobState.Waiting)
            SetState(ref _jobs[jobId], JobState.Cancelled);
    }

    /// <summary>The delay that is kept with the newest hand-out of a job; after that hand-out.</summary>
    public void RestoreDelay(int jobId, JobDelay delay)
    {
        var from = Restored(delay.From);
        if (_jobs[jobId].IsOpen)
            _delayed.Set(jobId, new JobDelay(from, from + (delay.Until - delay.From)));
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
        _workers.FinishRestore();
        while (_workers.ForgetOne(now) is > 0 and var gone)
            _journal.WorkerForgotten(gone);
    }
}
