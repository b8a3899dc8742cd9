namespace Pyremto;

/// <content>Signs of life and their absence: S10, S11.</content>
internal sealed partial class TagLedger
{
    /// <summary>The earliest moment at which a lease or a retry delay may end; <see cref="long.MaxValue"/> if none is running.</summary>
    public long NextDeadline
    {
        get
        {
            var silent = _workers.LongestSilent;
            var deadline = silent == 0 ? long.MaxValue : _workers[silent].LastSeen + _settings.LeaseMicros;
            deadline = Math.Min(deadline, _delayed.NextDue);
            var anonymous = _workers[WorkerTable.Anonymous].FirstHandOut;
            return anonymous == 0 ? deadline : Math.Min(deadline, EndOfAnonymous(anonymous));
        }
    }

    /// <summary>Marks as lost what belongs to workers that were silent for the lease, and lets failed jobs be handed out that have waited.</summary>
    public void Expire(long now)
    {
        now = Advance(now);
        while (_workers.LongestSilent is not 0 and var worker && _workers[worker].LastSeen + _settings.LeaseMicros <= now)
            LoseAllOf(worker, now);
        while (_workers[WorkerTable.Anonymous].FirstHandOut is not 0 and var number && EndOfAnonymous(number) <= now)
            Lose(number, now);
        while (_delayed.NextDue <= now)
            LetGo(_delayed.TakeFirst());
    }

    /// <summary>Lets the lease of every live hand-out begin anew: until now its worker could not be heard.</summary>
    public void RenewLeases(long now)
    {
        now = Advance(now);
        _leasesSince = now;
        foreach (var worker in _workers.Numbers)
        {
            if (_workers[worker].Live > 0)
                _workers.Seen(worker, now);
        }
    }

    /// <summary>Any call of a worker is a sign of its life.</summary>
    public void Seen(string? workerId, long now)
    {
        now = Advance(now);
        if (_workers.Find(workerId) is not WorkerTable.Unknown and var worker)
        {
            LastSign = now;
            if (worker > WorkerTable.Anonymous)
                _workers.Seen(worker, now);
        }
    }

    /// <summary>A worker is known to be gone.</summary>
    public void LoseWorker(string workerId, long now)
    {
        now = Advance(now);
        if (_workers.Find(workerId) is > WorkerTable.Anonymous and var worker)
            LoseAllOf(worker, now);
    }

    /// <summary>A heartbeat names a job; answers whether the job is still needed. One believed lost is live again.</summary>
    public bool Vouch(string workerId, int jobId, int? attempt, long now)
    {
        now = Advance(now);
        if (!Exists(jobId) || !_jobs[jobId].IsOpen)
            return false;
        var worker = _workers.Find(workerId);
        for (var number = _jobs[jobId].FirstHandOut; number != 0; number = _handOuts[number].NextOfJob)
        {
            ref var entry = ref _handOuts[number];
            if (entry.Worker != worker || (attempt ?? entry.Attempt) != entry.Attempt)
                continue;
            Revive(number, now);
            entry.VouchedAt = now;
            break;
        }
        return true;
    }

    /// <summary>After a heartbeat that named all its jobs: those left out although handed out a lease ago are unknown to their worker.</summary>
    public void LoseUnvouched(string workerId, long now)
    {
        now = Advance(now);
        var worker = _workers.Find(workerId);
        if (worker <= WorkerTable.Anonymous)
            return;
        for (var number = _workers[worker].FirstHandOut; number != 0;)
        {
            var entry = _handOuts[number];
            if (entry.IsLive && entry.VouchedAt != now && entry.At + _settings.LeaseMicros <= now)
                Lose(number, now);
            number = entry.NextOfWorker;
        }
    }

    private void LoseAllOf(int worker, long now)
    {
        for (var number = _workers[worker].FirstHandOut; number != 0;)
        {
            var entry = _handOuts[number];
            if (entry.IsLive)
                Lose(number, now);
            number = entry.NextOfWorker;
        }
    }

    /// <summary>A live hand-out is lost; it stays known, since its worker may come back (S8). An anonymous one cannot.</summary>
    private void Lose(int number, long now)
    {
        StopLiving(number);
        var entry = _handOuts[number];
        _workers[entry.Worker].Lost++;
        if (entry.Worker == WorkerTable.Anonymous)
            RemoveHandOut(number);
        Settle(entry.JobId, _jobs[entry.JobId].Spent);
        KeepEnding(entry, HandOutState.Lost, now);
        TellOpened(entry.JobId);
    }

    private long EndOfAnonymous(int number) => Math.Max(_handOuts[number].At, _leasesSince) + AnonymousLease;
}
