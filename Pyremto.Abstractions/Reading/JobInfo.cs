namespace Pyremto;

/// <summary>What is known of one job.</summary>
public sealed record JobInfo
{
    /// <summary>The job.</summary>
    public required int JobId { get; init; }

    /// <summary>Which repetition of its description, from 0.</summary>
    public int Repetition { get; init; }

    /// <summary>Its state.</summary>
    public required JobState State { get; init; }

    /// <summary>What is to do.</summary>
    public JsonText Description { get; init; }

    /// <summary>How many attempts are spent: hand-outs without releases.</summary>
    public int Spent { get; init; }

    /// <summary>When it may be handed out again, where it failed and its retry delay is not over; else null.</summary>
    public DateTimeOffset? WaitingUntil { get; init; }

    /// <summary>Its hand-outs so far, oldest first, at most the last 32.</summary>
    public IReadOnlyList<AttemptInfo> Attempts { get; init; } = [];
}

/// <summary>What became of one hand-out.</summary>
/// <param name="Attempt">Its number.</param>
/// <param name="State">What became of it.</param>
/// <param name="Worker">Who got it; null for an anonymous worker.</param>
/// <param name="StartedAt">When.</param>
/// <param name="EndedAt">When it ended, if it did.</param>
/// <param name="Error">What the worker said went wrong.</param>
/// <param name="ExitCode">The exit code where a program was run.</param>
public sealed record AttemptInfo(
    int Attempt, HandOutState State, string? Worker, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string? Error, int? ExitCode);

/// <summary>Which jobs to read.</summary>
public sealed record JobQuery
{
    /// <summary>Only jobs in this state; null means all.</summary>
    public JobState? State { get; init; }

    /// <summary>Only jobs with a greater id.</summary>
    /// <value>The default is −1: from the first.</value>
    public int After { get; init; } = -1;

    /// <summary>At most that many, 1 to 1000.</summary>
    /// <value>The default is 100.</value>
    public int Limit { get; init; } = 100;
}

/// <summary>A page of jobs; shorter than was asked for where their attempts' errors are long.</summary>
/// <param name="Jobs">The jobs, ascending by id.</param>
/// <param name="Next">What to put into <see cref="JobQuery.After"/> for the next page; null on the last.</param>
public sealed record JobPage(IReadOnlyList<JobInfo> Jobs, int? Next);
