using System.Text.Json.Serialization;

namespace Pyremto;

/// <summary>The state of a job: five, disjoint; <see cref="JobCounts.Total"/> is their sum.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<JobState>))]
public enum JobState
{
    /// <summary>It can be handed out and nobody has it.</summary>
    Waiting,

    /// <summary>At least one hand-out is live.</summary>
    InProgress,

    /// <summary>It has its result.</summary>
    Done,

    /// <summary>No result, no attempt left, no live hand-out. <see cref="ITagOwner.RetryAsync"/> gives it new attempts.</summary>
    Exhausted,

    /// <summary>The owner cancelled it before it had a result.</summary>
    Cancelled,
}
