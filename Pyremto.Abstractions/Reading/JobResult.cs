namespace Pyremto;

/// <summary>The result of a job, with where it came from.</summary>
public sealed record JobResult
{
    /// <summary>The job.</summary>
    public required int JobId { get; init; }

    /// <summary>Which repetition of its description, from 0.</summary>
    public int Repetition { get; init; }

    /// <summary>What was to do.</summary>
    public JsonText Description { get; init; }

    /// <summary>What came out.</summary>
    public JsonText Result { get; init; }

    /// <summary>The number of the hand-out that brought it.</summary>
    public int Attempt { get; init; }

    /// <summary>The worker that brought it; null for an anonymous one.</summary>
    public string? Worker { get; init; }

    /// <summary>When that hand-out was made (UTC).</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When the result came (UTC).</summary>
    public DateTimeOffset DoneAt { get; init; }

    /// <summary>From hand-out to result, in seconds.</summary>
    public double DurationSeconds => (DoneAt - StartedAt).TotalSeconds;
}

/// <summary>Which results to read.</summary>
public sealed record ResultQuery
{
    /// <summary>In which order.</summary>
    /// <value>The default is <see cref="ResultOrder.ByJob"/>.</value>
    public ResultOrder Order { get; init; }

    /// <summary>
    /// By job: only jobs with a greater id. By completion: skips that many results. −1 or less means all.
    /// </summary>
    /// <value>The default is −1.</value>
    public int After { get; init; } = -1;

    /// <summary>At most that many; null means all.</summary>
    public int? Limit { get; init; }
}

/// <summary>The order in which results are read.</summary>
public enum ResultOrder
{
    /// <summary>Ascending job ids.</summary>
    ByJob,

    /// <summary>The order in which they came; what comes later is behind, so it can be followed.</summary>
    ByCompletion,
}
