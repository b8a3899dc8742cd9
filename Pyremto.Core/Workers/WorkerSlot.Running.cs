namespace Pyremto;

/// <content>Running a job: its end, its time limit, its heartbeats, and what cancels it.</content>
internal sealed partial class WorkerSlot
{
    private static readonly TimeSpan ShortestBeat = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestBeatRetry = TimeSpan.FromSeconds(5);

    private const int MaxReason = 400;

    private HandOut? _job;
    private TimeSpan _lease;
    private CancelCause? _cancelCause;
    private TimeSpan? _timeoutAt;
    private TimeSpan? _abandonAt;
    private TimeSpan _beatAt;
    private Heartbeat? _beat;
    private ExchangeRequest? _aside;

    private TimeSpan BeatInterval => _lease / 3 is var third && third > ShortestBeat ? third : ShortestBeat;

    public void HandlerEnded(HandlerEnd end, TimeSpan now)
    {
        if (_step != Step.Running)
            return;
        var job = _job!;
        switch (_cancelCause)
        {
            case CancelCause.NotNeeded:
                Ended(JobOutcome.NotNeeded);
                break;
            case CancelCause.TimedOut:
                TimedOut(job, now);
                break;
            case CancelCause.HostStopping when end.Error is not null:
                Release(job);
                break;
            default:
                if (end.Error is JobReleasedException given)
                    Release(job, given.Message);
                else if (end.Error is { } error)
                    Failed(job, error, now);
                else
                    Done(job, end.Result);
                break;
        }
        Next(now);
    }

    public void HeartbeatAnswered(Heartbeat beat, HeartbeatAnswer answer, TimeSpan now)
    {
        if (!ReferenceEquals(beat, _beat))
            return;
        _beat = null;
        foreach (var held in answer.NotNeeded)
        {
            if (Is(_job, held))
                NoLongerNeeded(now);
        }
        foreach (var held in answer.Leases ?? [])
        {
            if (Is(_job, held) && held.Lease is { } lease)
            {
                _lease = lease;
                _beatAt = now + BeatInterval;
            }
        }
    }

    public void HeartbeatFailed(Heartbeat beat, Exception error, TimeSpan now)
    {
        if (!ReferenceEquals(beat, _beat))
            return;
        _beat = null;
        // The tag is gone, or another one has its name now: nobody will take the result (S19).
        if (error is TagUnknownException or WrongPasswordException)
            NoLongerNeeded(now);
        else
            _beatAt = now + (BeatInterval < LongestBeatRetry ? BeatInterval : LongestBeatRetry);
    }

    public void NotNeeded(JobNotNeeded job, TimeSpan now)
    {
        if (Is(_job, job))
            NoLongerNeeded(now);
        else
            _early = job; // it may overtake the answer that hands the job out
    }

    private static bool Is(HandOut? job, JobNotNeeded? other) =>
        job is not null && other is not null && job.JobId == other.JobId && job.Attempt == other.Attempt && job.Instance == other.Instance;

    private static bool Is(HandOut? job, HeldJob held) =>
        job is not null && held.JobId == job.JobId && (held.Tag ?? job.Tag) == job.Tag && (held.Attempt ?? job.Attempt) == job.Attempt
        && (held.Instance ?? job.Instance) == job.Instance;

    private void Take(HandOut job, TimeSpan now)
    {
        if (_stopping is not null)
        {
            _reports.Released(job);
            Finish(now);
            return;
        }
        if (Is(job, _early))
        {
            _early = null;
            Ask(now);
            return;
        }
        _quick.Reset();
        _early = null;
        _mayTake = false;
        limits.Idle.JobStarted();
        _step = Step.Running;
        _job = job;
        _lease = job.Lease;
        _cancelCause = null;
        _abandonAt = null;
        _timeoutAt = now + settings.JobTimeout;
        _beatAt = now + BeatInterval;
        Emit(new SlotEffect.StartHandler(job));
        SendAside();
    }

    /// <summary>What an attempt was refused for is said at once, and not only when the job that came with the refusal has ended.</summary>
    private void SendAside()
    {
        if (!AnyToReport())
            return;
        var held = limits.Tags.HeldBack(this);
        var tags = _reports.Tags.Where(tag => !held.ContainsKey(tag)).ToHashSet(StringComparer.Ordinal);
        _aside = _reports.MoveInto(
            NewRequest() with { Tags = [.. settings.Tags.Where(access => tags.Contains(access.Tag))], Count = 0 }, held);
        Emit(new SlotEffect.SendAside(_aside));
    }

    public void AsideAnswered(ExchangeRequest request, ExchangeAnswer answer)
    {
        if (!ReferenceEquals(request, _aside))
            return;
        _aside = null;
        Settle(request, answer.Outcomes);
    }

    /// <summary>The reports travel with the next exchange.</summary>
    public void AsideFailed(ExchangeRequest request)
    {
        if (ReferenceEquals(request, _aside))
            TakeBackAside();
    }

    /// <summary>What is still on its way is said again, which does no harm (S8).</summary>
    private void TakeBackAside()
    {
        if (_aside is not null)
            _reports.TakeBack(_aside);
        _aside = null;
    }

    private TimeSpan? RunningDeadline()
    {
        var next = _cancelCause is null ? _timeoutAt : _abandonAt;
        return _beat is not null || _cancelCause == CancelCause.NotNeeded ? next : Earlier(next, _beatAt);
    }

    private void RunningDeadlinePassed(TimeSpan now)
    {
        if (_cancelCause is null && now >= _timeoutAt)
            Cancel(CancelCause.TimedOut, settings.HandlerGrace, now);
        if (now >= _abandonAt)
        {
            Abandon(now);
            return;
        }
        if (_beat is null && _cancelCause != CancelCause.NotNeeded && now >= _beatAt)
            Beat(now);
    }

    private void Beat(TimeSpan now)
    {
        var job = _job!;
        _beatAt = now + BeatInterval;
        _beat = new Heartbeat
        {
            Tags = [.. settings.Tags.Where(access => access.Tag == job.Tag)],
            TagPrefix = settings.TagPrefix,
            Worker = Id,
            Jobs = [new HeldJob(job.JobId, job.Tag, job.Attempt, job.Instance, _lease)],
        };
        Emit(new SlotEffect.SendHeartbeat(_beat, BeatInterval));
    }

    private void NoLongerNeeded(TimeSpan now)
    {
        if (_step == Step.Running)
            Cancel(CancelCause.NotNeeded, settings.HandlerGrace, now);
    }

    /// <summary>Fires the handler's token; the first cause counts, the shortest grace too.</summary>
    private void Cancel(CancelCause cause, TimeSpan grace, TimeSpan now)
    {
        _abandonAt = Earlier(_abandonAt, now + grace);
        if (_cancelCause is not null)
            return;
        _cancelCause = cause;
        Emit(new SlotEffect.CancelHandler(_job!, cause));
    }

    private void Abandon(TimeSpan now)
    {
        var job = _job!;
        var cause = _cancelCause!.Value;
        Emit(new SlotEffect.AbandonHandler(job, cause));
        switch (cause)
        {
            case CancelCause.NotNeeded:
                Ended(JobOutcome.NotNeeded);
                break;
            case CancelCause.TimedOut:
                TimedOut(job, now);
                break;
            default:
                Release(job);
                break;
        }
        Next(now);
    }

    private void Next(TimeSpan now)
    {
        _job = null;
        _beat = null;
        limits.Idle.JobEnded(now);
        StopTrying(now);
        Ask(now);
    }

    private void Done(HandOut job, JsonText result)
    {
        _reports.Done(job, result);
        Succeeded(job);
        Ended(JobOutcome.Done);
    }

    private void Failed(HandOut job, Exception error, TimeSpan now)
    {
        var text = FailureText.Of(error, settings.ReportStackTraces);
        var own = error as JobFailedException;
        _reports.Failed(job, text, own?.ExitCode, own?.Final ?? false);
        Ended(JobOutcome.Failed, text, error);
        if (own is not { Final: true })
            CountFailure(job, text, now);
    }

    private void TimedOut(HandOut job, TimeSpan now)
    {
        var text = $"The job took longer than its time limit of {settings.JobTimeout}.";
        _reports.Failed(job, text);
        Ended(JobOutcome.TimedOut, text);
        CountFailure(job, text, now);
    }

    private void Release(HandOut job, string? why = null)
    {
        _reports.Released(job);
        Ended(JobOutcome.Released, why);
    }

    private void Ended(JobOutcome outcome, string? error = null, Exception? exception = null) =>
        Emit(new SlotEffect.JobEnded(_job!, outcome, error, exception));

    private void Succeeded(HandOut job)
    {
        limits.Failures.Succeeded(job.Tag, job.Instance);
        Returns(job.Tag, LeftOutCause.Failing);
    }

    /// <summary>A failure that is not the job's own fault, as far as is known.</summary>
    private void CountFailure(HandOut job, string error, TimeSpan now)
    {
        var failed = limits.Failures.Failed(job.Tag, job.Instance, job.JobId);
        if (limits.Failures.EndsWorker)
        {
            _stopping ??= WorkerEndReason.RepeatedFailures;
            Emit(new SlotEffect.StopWorker(
                WorkerEndReason.RepeatedFailures,
                $"{limits.Failures.Count} jobs failed on this machine and none succeeded. Look at the errors above (or at the jobs' last errors), mend "
                + "the cause, start the worker again and retry what is exhausted; EndAfterFailures sets how many it takes."));
        }
        else if (failed > 0)
        {
            Fails(job.Tag, $"{failed} of its jobs failed here and none succeeded, the last with: {FirstLine(error)}", now);
        }
    }

    private static string FirstLine(string text)
    {
        var line = text.AsSpan().Trim();
        line = line.IndexOf('\n') is >= 0 and var end ? line[..end].TrimEnd() : line;
        return line.Length <= MaxReason ? line.ToString() : $"{line[..MaxReason]} …";
    }
}
