namespace Pyremto.Cli.Working;

/// <summary>Is told what a worker does, for whoever watches it. Called from many threads and returns at once.</summary>
internal interface IWorkReport
{
    /// <summary>A job was begun.</summary>
    void JobStarted(WorkedJob job);

    /// <summary>A job is over.</summary>
    /// <param name="job">The job.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="time">How long it ran.</param>
    /// <param name="error">What went wrong, as text from elsewhere; null where nothing did.</param>
    void JobEnded(WorkedJob job, WorkOutcome outcome, TimeSpan time, string? error);

    /// <summary>The result of a job that was told as done was not taken: another worker had brought one before.</summary>
    void AlreadyDone(string tag, int jobId);

    /// <summary>Something that is neither: a tag that is not there yet, a coordinator that went away or is back.</summary>
    void Notice(string text);

    /// <summary>The worker has ended.</summary>
    void Ended(WorkerEndReason reason);
}

/// <summary>One hand-out of a job.</summary>
internal readonly record struct WorkedJob(string Tag, int JobId, int Attempt);

/// <summary>What came of a job.</summary>
internal enum WorkOutcome
{
    /// <summary>It brought a result.</summary>
    Done,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It was given back, its attempt not spent.</summary>
    GivenBack,

    /// <summary>Another worker was first, or its owner cancelled it.</summary>
    NotNeeded,
}
