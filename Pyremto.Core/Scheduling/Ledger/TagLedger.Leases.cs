namespace Pyremto;

/// <content>Signs of life and their absence: S10, S11.</content>
internal sealed partial class TagLedger
{
    /// <summary>The earliest moment at which a lease or a retry delay may end; <see cref="long.MaxValue"/> if none is running.</summary>
    public long NextDeadline
    {
        get
        {
            var deadline = Math.Min(_workers.NextDue, _delayed.NextDue);
            var anonymous = _workers[WorkerTable.Anonymous].FirstHandOut;
            return anonymous == 0 ? deadline : Math.Min(deadline, EndOfAnonymous(anonymous));
        }
    }

    /// <summary>Marks as lost what belongs to workers that were silent for its lease, and lets failed jobs be handed out that have
    /// waited.</summary>
    public void Expire(long now)
    {
        now = Advance(now);
        while (_workers.TakeSilent(now, out var worker))
            LoseSilentOf(worker, now);
        while (_workers[WorkerTable.Anonymous].FirstHandOut is not 0 and var number && EndOfAnonymous(number) <= now)
            Lose(number, now);
        while (_delayed.NextDue <= now)
            LetGo(_delayed.TakeFirst());
    }

    /// <summary>Lets the lease of every live hand-out begin anew: until now its worker could not be heard.</summary>
    public void RenewLeases(long now) => _workers.HeardSince = Advance(now);

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

    /// <summary>A heartbeat names a job. One believed lost is live again.</summary>
    public HeldJobVerdict Vouch(string workerId, in HeldJob job, long now)
    {
        now = Advance(now);
        if (!Exists(job.JobId) || !_jobs[job.JobId].IsOpen)
            return HeldJobVerdict.NotNeeded;
        var worker = _workers.Find(workerId);
        for (var number = _jobs[job.JobId].FirstHandOut; number != 0; number = _handOuts[number].NextOfJob)
        {
            ref var entry = ref _handOuts[number];
            if (entry.Worker != worker || (job.Attempt ?? entry.Attempt) != entry.Attempt)
                continue;
            Revive(number, now);
            entry.VouchedAt = now;
            return KnowsLease(ref entry, job.Lease?.ToMicros()) ? HeldJobVerdict.Needed : HeldJobVerdict.NeededWithOtherLease;
        }
        return HeldJobVerdict.Needed;
    }

    /// <summary>A hand-out keeps a longer lease than the tag's until its worker says that it knows the tag's.</summary>
    /// <param name="entry">The hand-out.</param>
    /// <param name="known">What its worker says; null where it says nothing.</param>
    private bool KnowsLease(ref HandOutEntry entry, long? known)
    {
        var lease = _settings.LeaseMicros;
        var isKnown = Math.Abs((known ?? entry.Lease) - lease) < LeaseTolerance;
        if (isKnown && entry.Lease != lease)
        {
            entry.Lease = lease;
            _journal.LeaseChanged(entry);
            _workers.Expect(entry.Worker, Math.Min(lease, _workers[entry.Worker].ShortestLease));
        }
        return isKnown;
    }

    /// <summary>The tag's lease is another: a longer one holds at once, a shorter one for each hand-out once its worker knows it
    /// (S10).</summary>
    private void ChangeLease()
    {
        foreach (var worker in _workers.Numbers)
        {
            for (var number = _workers[worker].FirstHandOut; number != 0; number = _handOuts[number].NextOfWorker)
            {
                ref var entry = ref _handOuts[number];
                if (entry.Lease > _settings.LeaseMicros)
                    _journal.LeaseChanged(entry);
                else
                    entry.Lease = _settings.LeaseMicros;
            }
        }
    }

    /// <summary>After a heartbeat that named all its jobs: those left out although handed out, and known here, for a lease are unknown to
    /// their worker.</summary>
    public void LoseUnvouched(string workerId, long now)
    {
        now = Advance(now);
        var worker = _workers.Find(workerId);
        if (worker <= WorkerTable.Anonymous)
            return;
        for (var number = _workers[worker].FirstHandOut; number != 0;)
        {
            var entry = _handOuts[number];
            if (entry.IsLive && entry.VouchedAt != now && Math.Max(entry.At, _workers.HeardSince) + entry.Lease <= now)
                Lose(number, now);
            number = entry.NextOfWorker;
        }
    }

    /// <summary>Loses what a silent worker has for which it was silent for too long.</summary>
    private void LoseSilentOf(int worker, long now)
    {
        var shortest = long.MaxValue;
        for (var number = _workers[worker].FirstHandOut; number != 0;)
        {
            var entry = _handOuts[number];
            if (entry.IsLive && _workers.SilentSince(worker) + entry.Lease <= now)
                Lose(number, now);
            else if (entry.IsLive)
                shortest = Math.Min(shortest, entry.Lease);
            number = entry.NextOfWorker;
        }
        if (_workers[worker].Live > 0)
            _workers.Expect(worker, shortest);
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

    private long EndOfAnonymous(int number) => Math.Max(_handOuts[number].At, _workers.HeardSince) + AnonymousLease;
}
