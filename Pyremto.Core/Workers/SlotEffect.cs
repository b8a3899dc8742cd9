namespace Pyremto;

/// <summary>What a slot wants done; the shell around it does it, in order, and brings back what comes of it.</summary>
internal abstract record SlotEffect
{
    private SlotEffect()
    {
    }

    /// <summary>Send it; answer with ExchangeAnswered or ExchangeFailed.</summary>
    internal sealed record SendExchange(ExchangeRequest Request) : SlotEffect;

    /// <summary>Cancel the exchange under way; it still answers.</summary>
    internal sealed record CancelExchange : SlotEffect;

    /// <summary>Find out which of the tags exist; answer with TagsFound or TagLookUpFailed.</summary>
    internal sealed record LookUpTags : SlotEffect;

    /// <summary>Send it, giving up after the limit; answer with HeartbeatAnswered or HeartbeatFailed.</summary>
    internal sealed record SendHeartbeat(Heartbeat Beat, TimeSpan Limit) : SlotEffect;

    /// <summary>Start the handler; answer with HandlerEnded.</summary>
    internal sealed record StartHandler(HandOut Job) : SlotEffect;

    /// <summary>Fire the token of the handler that runs.</summary>
    internal sealed record CancelHandler(HandOut Job, CancelCause Cause) : SlotEffect;

    /// <summary>The handler ignores its token: forget it.</summary>
    internal sealed record AbandonHandler(HandOut Job, CancelCause Cause) : SlotEffect;

    /// <summary>A job's run is over.</summary>
    internal sealed record JobEnded(HandOut Job, JobOutcome Outcome, string? Error, Exception? Exception = null) : SlotEffect;

    /// <summary>A report was not accepted.</summary>
    internal sealed record ReportNotAccepted(string Tag, ReportOutcome Outcome) : SlotEffect;

    /// <summary>The exchange failed and will be repeated.</summary>
    internal sealed record RetryLater(Exception Error, TimeSpan Delay) : SlotEffect;

    /// <summary>Tags do not exist (yet).</summary>
    internal sealed record TagsMissing(IReadOnlyList<string> Tags) : SlotEffect;

    /// <summary>A tag is left out for a while: its credential is refused, or its jobs fail.</summary>
    internal sealed record TagLeaves(TagLeftOut LeftOut) : SlotEffect;

    /// <summary>A tag that was left out is asked for again.</summary>
    internal sealed record TagReturns(string Tag) : SlotEffect;

    /// <summary>All slots of the worker are to look again for which tags they ask; told with LookAgain.</summary>
    internal sealed record TagsChanged : SlotEffect;

    /// <summary>Send reports beside what runs; answer with AsideAnswered or AsideFailed.</summary>
    internal sealed record SendAside(ExchangeRequest Request) : SlotEffect;

    /// <summary>All slots of the worker are to ask for nothing more.</summary>
    internal sealed record StopWorker(WorkerEndReason Reason, string Message) : SlotEffect;

    /// <summary>The slot is at its end; it answers nothing more.</summary>
    internal sealed record Ended(WorkerEndReason Reason, int Undelivered) : SlotEffect;
}

/// <summary>Why a handler's token fires.</summary>
internal enum CancelCause
{
    NotNeeded,
    TimedOut,
    HostStopping,
}

/// <summary>How a handler ended: with a result, or with an error.</summary>
internal readonly record struct HandlerEnd(JsonText Result, Exception? Error);
