using System.Text.Json.Serialization;

namespace Pyremto;

/// <summary>What the owner changes of a tag; what is <see langword="null"/> stays as it is.</summary>
public sealed record TagUpdate
{
    /// <summary>N: how often a job may be handed out in all. From 1 to 1000.</summary>
    public int? MaxRedistributionAttempts { get; init; }

    /// <summary>The lease, from 1 second to 30 days.</summary>
    [JsonPropertyName("lease_seconds"), JsonConverter(typeof(NullableSecondsConverter))]
    public TimeSpan? Lease { get; init; }

    /// <summary>
    /// How long a job waits after its first failure (<see cref="JobSetup.RetryDelay"/>), from zero to one day. It counts for failures from
    /// now on; jobs that wait already keep their moment until a retry.
    /// </summary>
    [JsonPropertyName("retry_delay_seconds"), JsonConverter(typeof(NullableSecondsConverter))]
    public TimeSpan? RetryDelay { get; init; }

    /// <summary>The policy.</summary>
    public RedistributionPolicy? Policy { get; init; }
}
