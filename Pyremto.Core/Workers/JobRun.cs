namespace Pyremto;

/// <summary>One run of a handler, on one hand-out of a job.</summary>
/// <param name="Worker">The worker's name, the same for all of its slots and processes.</param>
/// <param name="WorkerId">The id under which the coordinator knows the slot, new at every start.</param>
/// <param name="Slot">Which of the worker's slots, from 0 to <see cref="WorkerOptions.Concurrency"/> − 1.</param>
/// <param name="HandOut">The job as it was handed out.</param>
public readonly record struct JobRun(string Worker, string WorkerId, int Slot, HandOut HandOut);

/// <summary>How a run ended.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Error">What is reported of a run that failed or took too long, and why a handler gave its job back; null for
/// others.</param>
/// <param name="Exception">What the handler threw where the run failed, with its stack; null for others.</param>
public readonly record struct JobRunEnd(JobOutcome Outcome, TimeSpan Duration, string? Error, Exception? Exception = null);

/// <summary>What became of a run.</summary>
public enum JobOutcome
{
    /// <summary>The handler returned a result.</summary>
    Done,

    /// <summary>It threw, or its result could not be written as a JSON object.</summary>
    Failed,

    /// <summary>It ran longer than <see cref="WorkerOptions.JobTimeout"/>.</summary>
    TimedOut,

    /// <summary>The host stopped, or the handler threw a <see cref="JobReleasedException"/>: the job was given back, its attempt not
    /// spent (S9).</summary>
    Released,

    /// <summary>Another worker was first, the owner cancelled the job, or the tag was deleted (S11).</summary>
    NotNeeded,
}
