namespace Pyremto;

/// <content>Reports: S4, S5, S9.</content>
internal sealed partial class TagLedger
{
    /// <summary>Among how many of a job's newest hand-outs a repeated failure or release is known.</summary>
    private const int RepetitionsKnown = 32;

    /// <summary>A result comes in (S4, S5).</summary>
    public ReportOutcome TakeDone(DoneReport report, string? workerId, bool inProcess, long now)
    {
        now = Advance(now);
        var jobId = report.JobId;
        if (Refusal(jobId) is { } refusal)
            return refusal;
        if (report.Attempt is { } attempt && (attempt < 1 || attempt > _jobs[jobId].Attempts))
            return Refused(jobId, $"Attempt {attempt} of job {jobId} was never handed out.");
        var worker = _workers.Find(workerId);
        if (_jobs[jobId].State == JobState.Done)
            return TakeDuplicate(report, worker);

        if (worker == WorkerTable.Unknown)
            worker = Join(workerId!, inProcess, now);
        Changes++;
        var (ownAttempt, startedAt) = EndAllOf(jobId, worker, report.Attempt, now);
        ref var job = ref _jobs[jobId];
        var ordinal = _counts[(int)JobState.Done];
        SetState(ref job, JobState.Done);
        _delayed.Remove(jobId);
        job.ResultWorker = worker;
        Settle(jobId, job.Spent);
        _completed[ordinal] = jobId;
        _workers[worker].Done++;
        LastResultAt = now;
        _rate.Note(now, ordinal + 1);
        job.ResultRow = _journal.ResultTaken(new TakenResult(jobId, ownAttempt, worker, _workers[worker].Id, startedAt, _wall.Of(now), report.Result));
        return new ReportOutcome(jobId, ReportVerdict.Accepted);
    }

    /// <summary>A worker failed a job (S9). Hand-outs that <paramref name="requestId"/> itself got are not meant (S8).</summary>
    public ReportOutcome TakeFailed(FailedReport report, string? workerId, string? requestId, long now)
    {
        now = Advance(now);
        var number = FindLive(report.JobId, _workers.Find(workerId), report.Attempt, requestId);
        if (number == 0)
            return NotLive(report.JobId, workerId, report.Attempt, requestId, HandOutState.Failed);
        ref var job = ref _jobs[report.JobId];
        var spentBefore = job.Spent;
        if (report.Final)
        {
            // It alone bears all attempts, so that no release of another hand-out gives one back; more than N where N was lowered since.
            Forgive(report.JobId);
            _handOuts[number].Spends = job.Spent = Math.Max(_settings.MaxAttempts, spentBefore);
        }
        _workers[_handOuts[number].Worker].Failed++;
        FailedAttempts++;
        Delay(report.JobId, now);
        End(number, HandOutState.Failed, spentBefore, now, report);
        return new ReportOutcome(report.JobId, ReportVerdict.Accepted);
    }

    /// <summary>A worker gives a job back (S9). Hand-outs that <paramref name="requestId"/> itself got are not meant (S8).</summary>
    public ReportOutcome TakeReleased(ReleasedReport report, string? workerId, string? requestId, long now)
    {
        now = Advance(now);
        var number = FindLive(report.JobId, _workers.Find(workerId), report.Attempt, requestId);
        if (number == 0)
            return NotLive(report.JobId, workerId, report.Attempt, requestId, HandOutState.Released);
        if (_handOuts[number].Replays > report.Replays)
            return new ReportOutcome(report.JobId, ReportVerdict.NotHeld); // he who asked again does
        ref var job = ref _jobs[report.JobId];
        var spentBefore = job.Spent;
        job.Spent -= _handOuts[number].Spends;
        _handOuts[number].Spends = 0;
        End(number, HandOutState.Released, spentBefore, now, failure: null);
        return new ReportOutcome(report.JobId, ReportVerdict.Accepted);
    }

    private ReportOutcome TakeDuplicate(DoneReport report, int worker)
    {
        var same = _journal.IsKeptResult(report.JobId, _jobs[report.JobId].ResultRow, report.Result);
        if (same && worker > WorkerTable.Anonymous && worker == _jobs[report.JobId].ResultWorker)
            return new ReportOutcome(report.JobId, ReportVerdict.Accepted);
        Changes++;
        DuplicateResults++;
        DifferingResults += same ? 0 : 1;
        _journal.DuplicateCounted(differs: !same);
        return new ReportOutcome(report.JobId, ReportVerdict.AlreadyDone, Differs: !same);
    }

    private ReportOutcome? Refusal(int jobId) =>
        !Exists(jobId) ? Refused(jobId, $"Job {jobId} does not exist: the tag has {_jobs.Length} jobs, 0 to {_jobs.Length - 1}.")
        : _jobs[jobId].Attempts == 0 ? Refused(jobId, $"Job {jobId} was never handed out.")
        : null;

    private static ReportOutcome Refused(int jobId, string message) =>
        new(jobId, ReportVerdict.Refused, Code: ErrorCodes.InvalidJob, Message: message);

    /// <summary>
    /// A failure or release finds no live hand-out. Where the worker said the same of that hand-out before, it repeats itself, its answer
    /// having been lost (S8): the first word counts and this one changes nothing. Else it is not held (S5).
    /// </summary>
    private ReportOutcome NotLive(int jobId, string? workerId, int? attempt, string? requestId, HandOutState reported)
    {
        var worker = _workers.Find(workerId);
        var isRepeated = Exists(jobId) && worker > WorkerTable.Anonymous && !(attempt is null && HasResultOf(jobId, worker))
            && FindPast(jobId, worker, attempt, requestId, _jobs[jobId].Attempts - RepetitionsKnown + 1) is { } past
            && past.Worker == worker && past.State == reported;
        return new ReportOutcome(jobId, isRepeated ? ReportVerdict.Accepted : ReportVerdict.NotHeld);
    }

    private bool HasResultOf(int jobId, int worker) => _jobs[jobId].State == JobState.Done && _jobs[jobId].ResultWorker == worker;

    /// <summary>The worker's own live hand-out of a job, or 0; also of a job that does not exist, which nobody holds (S5).</summary>
    private int FindLive(int jobId, int worker, int? attempt, string? notOfRequest)
    {
        if (!Exists(jobId))
            return 0;
        for (var number = _jobs[jobId].FirstHandOut; number != 0; number = _handOuts[number].NextOfJob)
        {
            ref var entry = ref _handOuts[number];
            if (entry.Worker == worker && entry.IsLive && (attempt ?? entry.Attempt) == entry.Attempt
                && (notOfRequest is null || !string.Equals(entry.RequestId, notOfRequest, StringComparison.Ordinal)))
            {
                return number;
            }
        }
        return 0;
    }

    /// <summary>A live hand-out ends by its worker's word.</summary>
    private void End(int number, HandOutState ending, int spentBefore, long now, FailedReport? failure)
    {
        var entry = _handOuts[number];
        StopLiving(number);
        RemoveHandOut(number);
        Settle(entry.JobId, spentBefore);
        KeepEnding(entry, ending, now, failure);
        TellOpened(entry.JobId);
    }

    /// <summary>All hand-outs of a job end since its result is here; others than its bringer are told (S11).</summary>
    /// <returns>The attempt that brought the result, and when that was handed out, as it is kept.</returns>
    private (int Attempt, long StartedAt) EndAllOf(int jobId, int worker, int? attempt, long now)
    {
        ref var job = ref _jobs[jobId];
        var own = FindOwn(jobId, worker, attempt);
        var source = own != 0 ? PastOf(_handOuts[own])
            : FindPast(jobId, worker, attempt) ?? FindPast(jobId, worker, attempt ?? job.Attempts)
            ?? new PastHandOut(attempt ?? job.Attempts, job.LastRow, worker, _wall.Of(job.LastHandedOutAt), HandOutState.Live);
        if (source.State == HandOutState.Lost)
            ComeBack(jobId, source.Attempt, source.Row, source.Worker);
        while (job.FirstHandOut is not 0 and var number)
        {
            var entry = _handOuts[number];
            if (entry.IsLive)
                StopLiving(number);
            RemoveHandOut(number);
            if (entry.IsLive && number != own)
                Supersede(jobId, entry, now);
        }
        return (source.Attempt, source.At);
    }

    private void Supersede(int jobId, in HandOutEntry entry, long now)
    {
        KeepEnding(entry, HandOutState.Superseded, now);
        if (_workers[entry.Worker].Id is { } id)
            _signals.NotNeeded(jobId, entry.Attempt, id);
    }

    /// <summary>The worker of a lost hand-out was not gone.</summary>
    private void ComeBack(int jobId, int attempt, int sequence, int worker)
    {
        _workers[worker].Lost--;
        _journal.Revived(jobId, attempt, sequence);
    }

    private PastHandOut? FindPast(int jobId, int worker, int? attempt, string? notOfRequest = null, int oldestAttempt = 1) =>
        _journal.FindHandOut(new HandOutSearch(jobId, _jobs[jobId].LastRow, worker, attempt, notOfRequest, oldestAttempt));

    private PastHandOut PastOf(in HandOutEntry entry) =>
        new(entry.Attempt, entry.Row, entry.Worker, _wall.Of(entry.At), entry.IsLive ? HandOutState.Live : HandOutState.Lost);

    /// <summary>The worker's own hand-out that a result comes from, live or lost, or 0.</summary>
    private int FindOwn(int jobId, int worker, int? attempt)
    {
        for (var number = _jobs[jobId].FirstHandOut; number != 0; number = _handOuts[number].NextOfJob)
        {
            ref var entry = ref _handOuts[number];
            if (entry.Worker == worker && (attempt ?? entry.Attempt) == entry.Attempt)
                return number;
        }
        return 0;
    }
}
