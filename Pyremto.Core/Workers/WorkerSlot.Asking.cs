namespace Pyremto;

/// <content>Exchanges: asking, repeating, and what the answers mean.</content>
internal sealed partial class WorkerSlot
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestIdleInProcess = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestBan = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestForMissingTag = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestAfterQuickAnswer = TimeSpan.FromSeconds(5);

    private Backoff _retry = new(FirstRetry, settings.MaxRetryDelay, random);
    private Backoff _idle = new(TimeSpan.FromSeconds(1), settings.TagPrefix is null ? LongestIdle : LongestIdleInProcess, random);
    private Backoff _missing = new(TimeSpan.FromSeconds(1), LongestForMissingTag, random);
    private Backoff _quick = new(TimeSpan.FromMilliseconds(50), LongestAfterQuickAnswer, random);
    private IReadOnlyList<TagAccess> _served = settings.Tags;
    private ExchangeRequest? _pending;
    private JobNotNeeded? _early;
    private TimeSpan _dueAt;
    private TimeSpan _askedAt;
    private TimeSpan _lookAgainAt;
    private bool _cancelled;
    private bool _mayTake;

    public void ExchangeAnswered(ExchangeAnswer answer, TimeSpan now)
    {
        if (_step != Step.Asking)
            return;
        var sent = TakePending();
        _retry.Reset();
        _missing.Reset();
        Settle(sent, answer.Outcomes);
        if (answer.Jobs is [var job, ..])
            Take(job, now);
        else if (_stopping is not null)
            Finish(now);
        else if (_reports.Count > 0)
            Ask(now);
        else
            Rest(answer.State, now);
    }

    public void ExchangeFailed(Exception error, TimeSpan now)
    {
        if (_step != Step.Asking)
            return;
        switch (error)
        {
            case OperationCanceledException when _cancelled:
                _reports.TakeBack(TakePending());
                Finish(now);
                break;
            case WrongPasswordException or InvalidRequestException:
                Refuse(error);
                break;
            case TooLargeException or InvalidJobException when _pending!.Done.Count > 0:
                _reports.TakeBack(TakePending());
                _reports.AllResultsRefused(error.Message);
                Ask(now);
                break;
            case TooLargeException or InvalidJobException:
                Refuse(error);
                break;
            case TagUnknownException:
                TagUnknown(now);
                break;
            default:
                Retry(error, now);
                break;
        }
    }

    /// <summary>Says which of the tags exist.</summary>
    public void TagsFound(IReadOnlySet<string> existing, TimeSpan now)
    {
        if (_step != Step.LookingUp)
            return;
        _served = [.. settings.Tags.Where(access => existing.Contains(access.Tag))];
        _reports.KeepOnly(existing);
        Emit(new SlotEffect.TagsMissing([.. settings.Tags.Select(access => access.Tag).Where(tag => !existing.Contains(tag))]));
        if (_served.Count > 0 && _served.Count < settings.Tags.Count)
        {
            _lookAgainAt = now + SlotSettings.MissingTagRecheck;
            Ask(now);
            return;
        }
        _served = settings.Tags;
        RestFor(_missing.Next(), now);
    }

    public void TagLookUpFailed(Exception error, TimeSpan now)
    {
        if (_step != Step.LookingUp)
            return;
        var delay = _retry.Next();
        Emit(new SlotEffect.RetryLater(error, delay));
        RestFor(delay, now);
    }

    private void Ask(TimeSpan now)
    {
        if (_stopping is null && limits.Failures.Tripped)
            _stopping = WorkerEndReason.RepeatedFailures;
        if (_stopping is null && !(_mayTake = _mayTake || limits.Jobs.TryTake()))
            _stopping = WorkerEndReason.JobLimit;
        if (_stopping is not null)
        {
            Finish(now);
            return;
        }
        if (now >= _lookAgainAt)
            _served = settings.Tags;
        var all = _served.Count == settings.Tags.Count;
        _pending = _reports.MoveInto(NewRequest() with
        {
            Tags = _served,
            Wait = all ? TagDefaults.LongestWait : SlotSettings.MissingTagRecheck,
        });
        Send(now);
    }

    private ExchangeRequest NewRequest() => new()
    {
        TagPrefix = settings.TagPrefix,
        Worker = Id,
        InProcess = true,
        RequestId = random.NextWord(16),
    };

    private void Send(TimeSpan now)
    {
        _step = Step.Asking;
        _askedAt = now;
        Emit(new SlotEffect.SendExchange(_pending!));
    }

    private ExchangeRequest TakePending()
    {
        var pending = _pending!;
        _pending = null;
        _cancelled = false;
        return pending;
    }

    /// <summary>Looks at what became of the reports; a result that was refused turns into a failure of its attempt.</summary>
    private void Settle(ExchangeRequest sent, IReadOnlyList<ReportOutcome> outcomes)
    {
        for (var i = 0; i < Math.Min(outcomes.Count, SlotReports.CountOf(sent)); i++)
        {
            if (outcomes[i].Outcome == ReportVerdict.Accepted)
                continue;
            var report = i < sent.Done.Count ? sent.Done[i] : null;
            Emit(new SlotEffect.ReportNotAccepted(SlotReports.TagOf(sent, i), outcomes[i]));
            var ofContent = outcomes[i] is { Outcome: ReportVerdict.Refused, Code: ErrorCodes.TooLarge or ErrorCodes.InvalidJob };
            if (report is null || !ofContent)
                continue;
            _reports.RefusedBecomesFailed(report, outcomes[i].Message);
            CountFailure(report.Instance ?? default, report.JobId);
        }
    }

    private void Rest(NextState state, TimeSpan now)
    {
        if (state is NextState.Done or NextState.Drained)
        {
            if (settings.EndWhenNothingLeft)
                End();
            else
                RestFor(_idle.Next(), now);
            return;
        }
        _idle.Reset();
        if (now - _askedAt < SlotSettings.QuickAnswer)
        {
            RestFor(_quick.Next(), now);
            return;
        }
        _quick.Reset();
        SayThatNothingIsHeld();
        Ask(now);
    }

    /// <summary>
    /// A request that was overtaken by its own repetition may have been given a job of which this slot knows nothing, and which nobody else
    /// gets while the slot lives: a lease after it was handed out, this gives it up (S10).
    /// </summary>
    private void SayThatNothingIsHeld() => Emit(new SlotEffect.SendHeartbeat(
        new Heartbeat { Tags = _served, TagPrefix = settings.TagPrefix, Worker = Id, Jobs = [] }, SlotSettings.MissingTagRecheck));

    private void RestFor(TimeSpan delay, TimeSpan now)
    {
        if (_stopping is not null)
        {
            Finish(now);
            return;
        }
        _step = Step.Resting;
        _dueAt = now + delay;
    }

    private void Retry(Exception error, TimeSpan now)
    {
        if (_stopping is not null && SlotReports.CountOf(_pending!) == 0)
        {
            End();
            return;
        }
        var delay = _retry.Next();
        if (error is BannedException banned && banned.RetryAfter > delay)
            delay = banned.RetryAfter < LongestBan ? banned.RetryAfter : LongestBan;
        _step = Step.Retrying;
        _dueAt = now + delay;
        Emit(new SlotEffect.RetryLater(error, delay));
    }

    private void Refuse(Exception error)
    {
        _stopping ??= WorkerEndReason.Refused;
        Emit(new SlotEffect.StopWorker(WorkerEndReason.Refused, error.Message));
        End();
    }

    private void TagUnknown(TimeSpan now)
    {
        _reports.TakeBack(TakePending());
        if (settings.Tags.Count > 1 && _stopping is null)
        {
            _step = Step.LookingUp;
            Emit(new SlotEffect.LookUpTags());
            return;
        }
        // What is to be reported belongs to a tag that is no more (S19).
        _reports.Clear();
        Emit(new SlotEffect.TagsMissing([.. settings.Tags.Select(access => access.Tag)]));
        RestFor(_missing.Next(), now);
    }
}
