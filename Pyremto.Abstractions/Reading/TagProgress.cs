using System.Text.Json.Serialization;

namespace Pyremto;

/// <summary>How far the work of a tag is.</summary>
public sealed record TagProgress
{
    /// <summary>The tag.</summary>
    public required string Tag { get; init; }

    /// <summary>Where its work as a whole stands.</summary>
    public required TagStatus State { get; init; }

    /// <summary>All jobs: the sum of the five states.</summary>
    public int Total { get; init; }

    /// <summary>Jobs that can be handed out and nobody has.</summary>
    public int Waiting { get; init; }

    /// <summary>Jobs with at least one live hand-out.</summary>
    public int InProgress { get; init; }

    /// <summary>Jobs with a result.</summary>
    public int Done { get; init; }

    /// <summary>Jobs without result, attempt left, or live hand-out.</summary>
    public int Exhausted { get; init; }

    /// <summary>Jobs that the owner cancelled.</summary>
    public int Cancelled { get; init; }

    /// <summary>Jobs that were handed out more than once.</summary>
    public int Redistributed { get; init; }

    /// <summary>Results that came after the one that counts.</summary>
    public long DuplicateResults { get; init; }

    /// <summary>Those of <see cref="DuplicateResults"/> whose content differed from the one that counts.</summary>
    public long DifferingResults { get; init; }

    /// <summary>Hand-outs that failed, over all jobs, later retried ones included.</summary>
    public long FailedAttempts { get; init; }

    /// <summary>
    /// Jobs done a second, over the last half minute, or the last 32 jobs where they take longer; null before it is known, and while
    /// jobs are left and no worker is live.
    /// </summary>
    public double? PerSecond { get; init; }

    /// <summary>
    /// Expected time until all waiting and running jobs are done, at <see cref="PerSecond"/>; null while that is unknown or no worker is
    /// live.
    /// </summary>
    public double? EtaSeconds { get; init; }

    /// <summary>N.</summary>
    public int MaxRedistributionAttempts { get; init; }

    /// <summary>The lease.</summary>
    [JsonPropertyName("lease_seconds"), JsonConverter(typeof(SecondsConverter))]
    public TimeSpan Lease { get; init; }

    /// <summary>How long a job waits after its first failure before it may be handed out again.</summary>
    [JsonPropertyName("retry_delay_seconds"), JsonConverter(typeof(SecondsConverter))]
    public TimeSpan RetryDelay { get; init; }

    /// <summary>The policy.</summary>
    public RedistributionPolicy Policy { get; init; }

    /// <summary>How many jobs were made of each description.</summary>
    public int Repetitions { get; init; }

    /// <summary>When the tag was created.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the first job was handed out; null before.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the newest result came; null before.</summary>
    public DateTimeOffset? LastResultAt { get; init; }

    /// <summary>
    /// How many workers are live: they have a job of the tag, wait for one, or gave a sign of life within the lease. Each job that an
    /// anonymous worker has counts as one.
    /// </summary>
    public int LiveWorkers { get; init; }

    /// <summary>
    /// Where jobs are left and no worker is live: since when, which is the last sign of life of any, or the tag's creation. Else null.
    /// </summary>
    public DateTimeOffset? NoWorkerSince { get; init; }

    /// <summary>How many workers with an id ever had a job of the tag.</summary>
    public int WorkerCount { get; init; }

    /// <summary>The workers, those seen last first, at most 256.</summary>
    public IReadOnlyList<WorkerProgress> Workers { get; init; } = [];
}

/// <summary>What one worker did for a tag.</summary>
/// <param name="Worker">Its id.</param>
/// <param name="Live">Jobs that it has now.</param>
/// <param name="Done">Jobs whose result came from it.</param>
/// <param name="Failed">Hand-outs that it failed.</param>
/// <param name="Lost">Hand-outs that were lost with it.</param>
/// <param name="LastSeen">Its last sign of life; since the coordinator's start at the earliest its last hand-out.</param>
public sealed record WorkerProgress(string Worker, int Live, int Done, int Failed, int Lost, DateTimeOffset LastSeen);
