namespace Pyremto;

/// <content>Tags that are left out for a while: missing, refused or failing ones.</content>
internal sealed partial class WorkerSlot
{
    /// <summary>Another slot found that a tag is to be left out, or asked for again.</summary>
    public void LookAgain(TimeSpan now)
    {
        if (_stopping is not null)
            return;
        if (_step == Step.Resting && _restsForTags)
        {
            Ask(now);
        }
        else if (_step == Step.Asking && !_cancelled && _pending is { Count: > 0 } pending && limits.Tags.IsOutdated(pending, this))
        {
            _cancelled = true;
            Emit(new SlotEffect.CancelExchange());
        }
    }

    /// <summary>Says which of the tags exist, after none of them was served.</summary>
    public void TagsFound(IReadOnlySet<string> existing, TimeSpan now)
    {
        if (_step != Step.LookingUp)
            return;
        var missing = _choice.Tags.Where(access => !existing.Contains(access.Tag)).Select(access => access.Tag).ToList();
        AreMissing(missing, now);
        if (missing.Count == 0 && _noneServed is not WrongPasswordException)
        {
            RestFor(_unclear.Next(), now);
            return;
        }
        if (missing.Count == 0)
            AreRefused([.. _choice.Tags.Select(access => Refused(access, $"The password of the tag '{access.Tag}' is wrong."))], now);
        AskOrGiveUp(now);
    }

    public void TagLookUpFailed(Exception error, TimeSpan now)
    {
        if (_step != Step.LookingUp)
            return;
        var delay = PauseAfter(error);
        Emit(new SlotEffect.RetryLater(error, delay));
        RestFor(delay, now);
    }

    private void NoTagServed(Exception error, TimeSpan now)
    {
        var sent = TakePending();
        _reports.TakeBack(sent);
        _noneServed = error;
        if (_stopping is null && sent.Tags.Count > 1)
        {
            _choice = _choice with { Tags = sent.Tags };
            _step = Step.LookingUp;
            Emit(new SlotEffect.LookUpTags());
            return;
        }
        if (error is TagUnknownException)
            AreMissing([.. sent.Tags.Select(access => access.Tag)], now);
        else
            AreRefused([.. sent.Tags.Select(access => Refused(access, error.Message))], now);
        if (_stopping is not null)
            Finish(now);
        else
            AskOrGiveUp(now);
    }

    /// <summary>Notes what an answer says of tags: those that it refused, and those that this slot tried and that are back.</summary>
    private void SettleTags(ExchangeAnswer answer, TimeSpan now)
    {
        if (answer.RefusedTags.Count > 0)
        {
            AreMissing([.. answer.RefusedTags.Where(refused => refused.Code == ErrorCodes.TagUnknown).Select(refused => refused.Tag)], now);
            AreRefused([.. answer.RefusedTags.Where(refused => refused.Code != ErrorCodes.TagUnknown)], now);
        }
        foreach (var back in limits.Tags.TriedBy(this, failing: false))
            Returns(back.Tag, back.Cause);
        if (!answer.Jobs.Any(job => limits.Tags.TriedBy(this, failing: true).Any(tried => tried.Tag == job.Tag)))
            StopTrying(now);
    }

    private void AreMissing(List<string> tags, TimeSpan now)
    {
        if (tags.Count == 0)
            return;
        foreach (var tag in tags)
        {
            _reports.Drop(tag); // what is to be reported belongs to a tag that is no more (S19)
            if (limits.Tags.LeaveOut(this, tag, LeftOutCause.Missing, "", now) is not null)
                Emit(new SlotEffect.TagsChanged());
        }
        Emit(new SlotEffect.TagsMissing(tags));
    }

    private static RefusedTag Refused(TagAccess access, string message) => new(access.Tag, ErrorCodes.WrongPassword, message);

    private void AreRefused(IReadOnlyList<RefusedTag> tags, TimeSpan now)
    {
        var found = new List<TagLeftOut>();
        foreach (var refused in tags)
        {
            var cause = refused.Code == ErrorCodes.Banned ? LeftOutCause.Banned : LeftOutCause.Refused;
            foreach (var jobId in cause == LeftOutCause.Refused ? _reports.Drop(refused.Tag) : [])
                Emit(new SlotEffect.ReportNotAccepted(
                    refused.Tag, new ReportOutcome(jobId, ReportVerdict.Refused, Code: refused.Code, Message: refused.Message)));
            if (limits.Tags.LeaveOut(this, refused.Tag, cause, refused.Message, now) is { } leftOut)
                found.Add(leftOut);
        }
        if (limits.Tags.RefusedAltogether is not null)
            return; // the worker's end says it
        foreach (var leftOut in found)
            Emit(new SlotEffect.TagLeaves(leftOut));
        if (found.Count > 0)
            Emit(new SlotEffect.TagsChanged());
    }

    private void Fails(string tag, string reason, TimeSpan now)
    {
        if (limits.Tags.LeaveOut(this, tag, LeftOutCause.Failing, reason, now) is not { } leftOut)
            return;
        Emit(new SlotEffect.TagLeaves(leftOut));
        Emit(new SlotEffect.TagsChanged());
    }

    private void Returns(string tag, LeftOutCause cause)
    {
        if (!limits.Tags.TakeIn(tag, cause))
            return;
        Emit(new SlotEffect.TagReturns(tag));
        Emit(new SlotEffect.TagsChanged());
    }

    /// <summary>This slot tries nothing any more; another may.</summary>
    private void StopTrying(TimeSpan now)
    {
        var tried = limits.Tags.StopTrying(this, now, out var forgotten);
        foreach (var tag in forgotten)
        {
            limits.Failures.Forget(tag);
            Emit(new SlotEffect.TagReturns(tag));
        }
        if (tried)
            Emit(new SlotEffect.TagsChanged());
    }

    private void AskOrGiveUp(TimeSpan now)
    {
        if (limits.Tags.RefusedAltogether is { } reason)
            Refuse(WorkerEndReason.Refused, reason, now);
        else
            Ask(now);
    }

    private void RestForTags(TimeSpan now)
    {
        var longest = now + SlotSettings.LeftOutTagRecheck;
        RestFor((_choice.LooksAgainAt is { } due && due < longest ? due : longest) - now, now);
        _restsForTags = _step == Step.Resting;
    }
}
