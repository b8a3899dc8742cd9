namespace Pyremto;

/// <content>Exchanges: asking, repeating, and what the answers mean.</content>
internal sealed partial class WorkerSlot
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestUnreachable = TimeSpan.FromSeconds(1); // the transport has tried for a while already
    private static readonly TimeSpan LongestBan = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestForUnclearTags = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestAfterQuickAnswer = TimeSpan.FromSeconds(5);

    private Backoff _retry = new(FirstRetry, settings.MaxRetryDelay, random);
    private Backoff _unreachable = new(FirstRetry, LongestUnreachable, random);
    private Backoff _unclear = new(TimeSpan.FromSeconds(1), LongestForUnclearTags, random);
    private Backoff _quick = new(TimeSpan.FromMilliseconds(50), LongestAfterQuickAnswer, random);
    private TagChoice _choice;
    private ExchangeRequest? _pending;
    private JobNotNeeded? _early;
    private TimeSpan _dueAt;
    private TimeSpan _askedAt;
    private Exception? _noneServed;
    private bool _cancelled;
    private bool _mayTake;
    private bool _restsForTags;

    public void ExchangeAnswered(ExchangeAnswer answer, TimeSpan now)
    {
        if (_step != Step.Asking)
            return;
        var sent = TakePending();
        _retry.Reset();
        _unclear.Reset();
        _unreachable.Reset();
        Settle(sent, answer.Outcomes);
        if (limits.Tags.AnyLeftOut || answer.RefusedTags.Count > 0)
            SettleTags(answer, now);
        if (answer.Jobs is [var job, ..])
            Take(job, now);
        else if (_stopping is not null)
            Finish(now);
        else if (AnyToReport() || sent.Count == 0 || answer.RefusedTags.Count > 0)
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
                StopTrying(now);
                Ask(now);
                break;
            case WrongPasswordException when _stopping is not null:
                Refuse(WorkerEndReason.Refused, error.Message, now);
                break;
            case InvalidRequestException:
                Refuse(WorkerEndReason.InvalidRequest, error.Message, now);
                break;
            case TooLargeException or InvalidJobException when _pending!.Done.Count > 0:
                _reports.TakeBack(TakePending());
                _reports.AllResultsRefused(error.Message);
                Ask(now);
                break;
            case TooLargeException or InvalidJobException:
                Refuse(WorkerEndReason.InvalidRequest, error.Message, now);
                break;
            case TagUnknownException or WrongPasswordException:
                NoTagServed(error, now);
                break;
            default:
                Retry(error, now);
                break;
        }
    }

    private void Ask(TimeSpan now)
    {
        if (_stopping is null && limits.Failures.EndsWorker)
            _stopping = WorkerEndReason.RepeatedFailures;
        if (_stopping is null && !(_mayTake = _mayTake || limits.Jobs.TryTake()))
            _stopping = WorkerEndReason.JobLimit;
        if (_stopping is not null)
        {
            Finish(now);
            return;
        }
        TakeBackAside();
        _choice = limits.Tags.Choose(this, now);
        var asksNothing = settings.TagPrefix is null && _choice.Tags.Count == 0;
        if (_reports.Count > 0 && !_choice.IsWhole && settings.TagPrefix is null && !_reports.AreOf(_choice.Tags) && AnyToReport())
        {
            SendReports(now); // to tags from which no work is wanted now
            return;
        }
        if (asksNothing)
        {
            RestForTags(now);
            return;
        }
        _pending = _reports.MoveInto(NewRequest() with
        {
            Tags = _choice.Tags,
            ExceptTags = _choice.Except,
            Wait = _choice.IsWhole ? TagDefaults.LongestWait : SlotSettings.LeftOutTagRecheck,
        }, limits.Tags.HeldBack(this));
        Send(now);
    }

    /// <summary>Whether there are reports other than those that wait for the end of a ban.</summary>
    private bool AnyToReport()
    {
        if (_reports.Count == 0)
            return false;
        var held = limits.Tags.HeldBack(this);
        return held.Count == 0 || _reports.Tags.Any(tag => !held.ContainsKey(tag));
    }

    private ExchangeRequest NewRequest() => new()
    {
        TagPrefix = settings.TagPrefix,
        Worker = Id,
        InProcess = true,
        RequestId = random.NextWord(16),
        UntilWork = !settings.EndWhenNothingLeft,
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
            if (outcomes[i] is { Outcome: ReportVerdict.Refused, Code: ErrorCodes.Banned })
            {
                _reports.TakeBack(sent, i); // a ban passes
                continue;
            }
            var report = i < sent.Done.Count ? sent.Done[i] : null;
            Emit(new SlotEffect.ReportNotAccepted(SlotReports.TagOf(sent, i), outcomes[i]));
            var ofContent = outcomes[i] is { Outcome: ReportVerdict.Refused, Code: ErrorCodes.TooLarge or ErrorCodes.InvalidJob };
            if (report is null || !ofContent)
                continue;
            _reports.RefusedBecomesFailed(report, outcomes[i].Message);
        }
    }

    private void Rest(NextState state, TimeSpan now)
    {
        if (settings.EndWhenNothingLeft && state is (NextState.Done or NextState.Drained))
        {
            if (_choice.IsAllThereIs)
                End(now);
            else
                RestForTags(now);
            return;
        }
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
        new Heartbeat { Tags = _choice.Tags, TagPrefix = settings.TagPrefix, Worker = Id, Jobs = [] }, SlotSettings.LeftOutTagRecheck));

    private void RestFor(TimeSpan delay, TimeSpan now)
    {
        if (_stopping is not null)
        {
            Finish(now);
            return;
        }
        _step = Step.Resting;
        _restsForTags = false;
        _dueAt = now + delay;
    }

    private TimeSpan PauseAfter(Exception error) => error is CoordinatorUnreachableException ? _unreachable.Next() : _retry.Next();

    private void Retry(Exception error, TimeSpan now)
    {
        if (_stopping is not null && SlotReports.CountOf(_pending!) == 0)
        {
            End(now);
            return;
        }
        var delay = PauseAfter(error);
        if (error is BannedException banned && banned.RetryAfter > delay)
            delay = banned.RetryAfter < LongestBan ? banned.RetryAfter : LongestBan;
        _step = Step.Retrying;
        _dueAt = now + delay;
        Emit(new SlotEffect.RetryLater(error, delay));
    }

    private void Refuse(WorkerEndReason reason, string message, TimeSpan now)
    {
        _stopping ??= reason;
        Emit(new SlotEffect.StopWorker(reason, message));
        End(now);
    }
}
