namespace Pyremto;

/// <summary>The result of a job, with where it came from, read as types of yours. See <see cref="JobResult"/>.</summary>
/// <typeparam name="TParams">What the description is read as.</typeparam>
/// <typeparam name="TResult">What the result is read as.</typeparam>
public sealed record JobResult<TParams, TResult>
{
    /// <summary>The job.</summary>
    public required int JobId { get; init; }

    /// <summary>Which repetition of its description (S18), from 0.</summary>
    public int Repetition { get; init; }

    /// <summary>What was to do.</summary>
    public required TParams Description { get; init; }

    /// <summary>What came out.</summary>
    public required TResult Result { get; init; }

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
