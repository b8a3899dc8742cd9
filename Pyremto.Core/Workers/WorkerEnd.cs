namespace Pyremto;

/// <summary>What a worker does when its tags have nothing left for it: every job done, cancelled or exhausted (S6).</summary>
public enum WhenNothingLeft
{
    /// <summary>It goes on asking, at least every 10 seconds (every second over a prefix), for jobs may be retried and tags may
    /// come.</summary>
    KeepAsking,

    /// <summary>It ends; the host goes on.</summary>
    EndWorker,

    /// <summary>It ends, and the host is stopped once all of its workers that have this setting have ended, for whatever reason.</summary>
    StopHost,
}

/// <summary>Why a worker ended.</summary>
public enum WorkerEndReason
{
    /// <summary>There was nothing left, and <see cref="WorkerOptions.WhenNothingLeft"/> says to end then.</summary>
    NothingLeft,

    /// <summary>The host was stopped.</summary>
    HostStopped,

    /// <summary>
    /// So many jobs failed, and none succeeded, as <see cref="WorkerOptions.EndAfterFailures"/> allows; or nothing was left, and the
    /// worker sat a tag out and had not one success.
    /// </summary>
    RepeatedFailures,

    /// <summary>The coordinator refuses the worker: the passwords of all its tags are wrong.</summary>
    Refused,

    /// <summary>It has run as many jobs as it may; see <see cref="WorkerOptions.MaxJobs"/>.</summary>
    JobLimit,

    /// <summary>There was no work for as long as <see cref="WorkerOptions.IdleTimeout"/> says.</summary>
    Idle,

    /// <summary>It was told to by <see cref="WorkerOptions.AskNoMoreWhen"/>.</summary>
    AskedNoMore,

    /// <summary>It met an error that it did not foresee, which is a fault; the log tells more.</summary>
    Crashed,

    /// <summary>The coordinator does not take such requests, as from a worker of another release.</summary>
    InvalidRequest,
}

/// <summary>The end of a worker.</summary>
/// <param name="Worker">Its name.</param>
/// <param name="Reason">Why it ended.</param>
/// <param name="Message">What to tell a person; null where all went as it should.</param>
public sealed record WorkerEnd(string Worker, WorkerEndReason Reason, string? Message);
