namespace Pyremto;

/// <content>Handing out: S2, S3, S8, S10.</content>
internal sealed partial class TagLedger
{
    /// <summary>The next job for a worker, handed out to it, or −1 if there is none for it (S2).</summary>
    /// <param name="workerId">The worker; null for an anonymous one.</param>
    /// <param name="inProcess">Whether it ends with the coordinator's process.</param>
    /// <param name="requestId">The request that asks (S8).</param>
    /// <param name="now">The moment.</param>
    /// <param name="given">
    /// What this call was given already. The ledger knows what a worker with an id holds, but not what belongs to one anonymous call.
    /// </param>
    public int Claim(string? workerId, bool inProcess, string? requestId, long now, IReadOnlySet<int>? given = null)
    {
        now = Advance(now);
        if (_settings.Paused)
            return -1;
        var worker = _workers.Find(workerId);
        var jobId = Choose(worker, given);
        if (jobId < 0)
            return -1;
        if (worker == WorkerTable.Unknown)
            worker = Join(workerId!, inProcess, now);
        HandOut(jobId, worker, requestId, now);
        return jobId;
    }

    /// <summary>
    /// The hand-outs that this very request got before, its answer having been lost, of jobs without result (S8). One that was
    /// believed lost is live again.
    /// </summary>
    /// <returns>How often the request was told of them before.</returns>
    public int FindReplayed(string? workerId, string? requestId, long now, List<(int JobId, int Attempt)> found)
    {
        now = Advance(now);
        var worker = _workers.Find(workerId);
        if (worker <= WorkerTable.Anonymous || requestId is null)
            return 0;
        var replays = 0;
        for (var number = _workers[worker].FirstHandOut; number != 0; number = _handOuts[number].NextOfWorker)
        {
            if (!string.Equals(_handOuts[number].RequestId, requestId, StringComparison.Ordinal) || !_jobs[_handOuts[number].JobId].IsOpen)
                continue;
            Revive(number, now);
            replays = Math.Max(replays, ++_handOuts[number].Replays);
            found.Add((_handOuts[number].JobId, _handOuts[number].Attempt));
        }
        return replays;
    }

    /// <summary>Whether the worker has hand-outs of jobs without result, live or lost.</summary>
    public bool HasHandOuts(string? workerId) => _workers.Find(workerId) is > WorkerTable.Anonymous and var worker && _workers[worker].FirstHandOut != 0;

    /// <summary>Whether a request of this worker may have been answered before; false costs next to nothing.</summary>
    public bool MayReplay(string? workerId, string? requestId) =>
        requestId is not null && HasHandOuts(workerId);

    /// <summary>
    /// The choice among the jobs (S2): the fewest attempts spent, and within a lane the free before the live, in the lane's own order.
    /// Policies that weigh a job's cost or a worker's speed belong here.
    /// </summary>
    private int Choose(int worker, IReadOnlySet<int>? given)
    {
        if (NextFresh() is >= 0 and var fresh)
        {
            _fresh++;
            return fresh;
        }
        for (var place = _lanes.Lowest; place < _lanes.Count; place++)
        {
            var lane = _lanes[place];
            if (lane.FreeCount > 0)
                return lane.FirstFree;
            if (_settings.Policy == RedistributionPolicy.WhenIdle && FirstLiveElsewhere(lane, worker, given) is >= 0 and var live)
                return live;
        }
        return -1;
    }

    /// <summary>The first job that was never handed out, or −1. Nothing spends fewer attempts or waited longer (S2).</summary>
    private int NextFresh()
    {
        while (_fresh < _jobs.Length && _jobs[_fresh] is { State: not JobState.Waiting } or { Attempts: > 0 })
            _fresh++;
        return _fresh < _jobs.Length ? _fresh : -1;
    }

    private int FirstLiveElsewhere(Lane lane, int worker, IReadOnlySet<int>? given)
    {
        var ownAtMost = worker > WorkerTable.Anonymous ? _workers[worker].Live : 0;
        if (ownAtMost > 0 && AllLiveAreOf(worker))
            return -1;
        var jobId = lane.FirstLive;
        while (jobId >= 0 && ((ownAtMost > 0 && Holds(worker, jobId)) || given?.Contains(jobId) == true))
            jobId = lane.NextLive(jobId);
        return jobId;
    }

    /// <summary>Whether nobody else has anything live: then a worker with many jobs need not look at each of them.</summary>
    private bool AllLiveAreOf(int worker) => _workers[worker].Live == _workers.Live;

    private bool Holds(int worker, int jobId)
    {
        for (var number = _jobs[jobId].FirstHandOut; number != 0; number = _handOuts[number].NextOfJob)
        {
            if (_handOuts[number].Worker == worker && _handOuts[number].IsLive)
                return true;
        }
        return false;
    }

    /// <summary>A worker appears. Each makes place for itself, so that those who were here for a moment are not remembered for
    /// ever.</summary>
    private int Join(string workerId, bool inProcess, long now)
    {
        for (var i = 0; i < 2 && _workers.ForgetOne(now) is > 0 and var gone; i++)
            _journal.WorkerForgotten(gone);
        var worker = _workers.Add(workerId, inProcess, now);
        _journal.WorkerJoined(worker, workerId, inProcess);
        return worker;
    }

    private void HandOut(int jobId, int worker, string? requestId, long now)
    {
        Changes++;
        ref var job = ref _jobs[jobId];
        var spentBefore = job.Spent++;
        job.Attempts++;
        job.Live++;
        job.LastHandedOutAt = now;
        Redistributed += job.Attempts == 2 ? 1 : 0;
        StartedAt ??= now;
        _rate.Start(now, _counts[(int)JobState.Done]);
        var number = AddHandOut(new HandOutEntry
        {
            JobId = jobId,
            Attempt = job.Attempts,
            Worker = worker,
            RequestId = requestId,
            At = now,
            Lease = _settings.LeaseMicros,
            Spends = 1,
            IsLive = true,
        });
        _workers.Seen(worker, now);
        _workers.AddLive(worker, _settings.LeaseMicros);
        LastSign = now;
        Settle(jobId, spentBefore, handedOut: true);
        job.LastRow = _handOuts[number].Row = _journal.HandedOut(Kept(_handOuts[number]), previous: job.LastRow);
    }

    private int AddHandOut(in HandOutEntry handOut)
    {
        var number = _handOuts.Add();
        ref var entry = ref _handOuts[number];
        entry = handOut;
        ref var first = ref _jobs[handOut.JobId].FirstHandOut;
        entry.NextOfJob = first;
        first = number;
        ref var owner = ref _workers[handOut.Worker];
        entry.PreviousOfWorker = owner.LastHandOut;
        if (owner.LastHandOut != 0)
            _handOuts[owner.LastHandOut].NextOfWorker = number;
        else
            owner.FirstHandOut = number;
        owner.LastHandOut = number;
        return number;
    }

    /// <summary>Forgets a hand-out altogether.</summary>
    private void RemoveHandOut(int number)
    {
        var entry = _handOuts[number];
        ref var link = ref _jobs[entry.JobId].FirstHandOut;
        while (link != number)
            link = ref _handOuts[link].NextOfJob;
        link = entry.NextOfJob;
        ref var owner = ref _workers[entry.Worker];
        if (entry.PreviousOfWorker != 0)
            _handOuts[entry.PreviousOfWorker].NextOfWorker = entry.NextOfWorker;
        else
            owner.FirstHandOut = entry.NextOfWorker;
        if (entry.NextOfWorker != 0)
            _handOuts[entry.NextOfWorker].PreviousOfWorker = entry.PreviousOfWorker;
        else
            owner.LastHandOut = entry.PreviousOfWorker;
        if (owner is { FirstHandOut: 0, Place: WorkerPlace.None })
            _workers.Replace(entry.Worker);
        _handOuts.Remove(number);
    }

    /// <summary>A hand-out is no longer live. The job is to be settled after.</summary>
    private void StopLiving(int number)
    {
        Changes++;
        ref var entry = ref _handOuts[number];
        entry.IsLive = false;
        _jobs[entry.JobId].Live--;
        _workers.RemoveLive(entry.Worker);
    }

    private void Revive(int number, long now)
    {
        ref var entry = ref _handOuts[number];
        if (entry.IsLive)
            return;
        Changes++;
        entry.IsLive = true;
        _jobs[entry.JobId].Live++;
        _workers.Seen(entry.Worker, now);
        _workers.AddLive(entry.Worker, entry.Lease);
        Settle(entry.JobId, _jobs[entry.JobId].Spent);
        ComeBack(entry.JobId, entry.Attempt, entry.Row, entry.Worker);
    }
}
