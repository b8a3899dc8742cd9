using System.Diagnostics.CodeAnalysis;

namespace Pyremto;

/// <summary>What <see cref="RemoteControl.GetNextJobAsync{TParams}(bool, CancellationToken)"/> answers: a job, or why there is none.</summary>
/// <typeparam name="TParams">What the description is read as.</typeparam>
public sealed record NextJob<TParams>
{
    /// <summary>Which answer it is (S6).</summary>
    public required NextState State { get; init; }

    /// <summary>Whether there is a job: for <see cref="NextState.Job"/> alone.</summary>
    [MemberNotNullWhen(true, nameof(Description))]
    public bool HasJob => State == NextState.Job;

    /// <summary>The job; −1 where there is none.</summary>
    public int JobId { get; init; } = -1;

    /// <summary>What to do.</summary>
    public TParams? Description { get; init; }

    /// <summary>The number of this hand-out: 1, 2 …; 0 where there is no job.</summary>
    public int Attempt { get; init; }

    /// <summary>Which repetition of its description it is (S18), from 0.</summary>
    public int Repetition { get; init; }

    /// <summary>
    /// Fires when a heartbeat tells that the result is no longer needed, because another worker brought it or the owner cancelled the
    /// job or deleted the tag (S11). It never fires once the job was reported.
    /// </summary>
    public CancellationToken NotNeeded { get; init; }
}
