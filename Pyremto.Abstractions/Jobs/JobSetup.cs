using System.Text.Json.Serialization;

namespace Pyremto;

/// <summary>What a tag's jobs are and how they are to be handed out. Set up once, all or none.</summary>
public sealed record JobSetup
{
    /// <summary>The descriptions, one JSON object each, in the order of their job ids. At least one.</summary>
    public required IReadOnlyList<JsonText> Jobs { get; init; }

    /// <summary>N: how often a job may be handed out in all. From 1 to 1000.</summary>
    /// <value>The default is 1.</value>
    public int MaxRedistributionAttempts { get; init; } = 1;

    /// <summary>How long a hand-out is believed alive without a sign of its worker. From 1 second to 30 days.</summary>
    /// <value>The default is 60 seconds.</value>
    [JsonPropertyName("lease_seconds"), JsonConverter(typeof(SecondsConverter))]
    public TimeSpan Lease { get; init; } = TagDefaults.Lease;

    /// <summary>
    /// How long a job waits after its first failure before it may be handed out again, from zero to one day. The delay doubles with each
    /// further attempt that the job has spent, up to 64 times this and one day at most, and is lengthened by up to a quarter at random.
    /// </summary>
    /// <value>The default, zero, hands failed jobs out at once.</value>
    [JsonPropertyName("retry_delay_seconds"), JsonConverter(typeof(SecondsConverter))]
    public TimeSpan RetryDelay { get; init; }

    /// <summary>When a job may be handed out once more.</summary>
    /// <value>The default is <see cref="RedistributionPolicy.WhenIdle"/>.</value>
    public RedistributionPolicy Policy { get; init; }

    /// <summary>How many jobs are made of each description: <c>job_id = repetition × count + index</c>. At least 1.</summary>
    /// <value>The default is 1.</value>
    public int Repetitions { get; init; } = 1;

    /// <summary>Made by the caller; a set-up repeated with the same id after a lost answer succeeds. Up to 128 characters.</summary>
    public string? RequestId { get; init; }
}
