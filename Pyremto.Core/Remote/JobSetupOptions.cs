namespace Pyremto;

/// <summary>How jobs are set up by <see cref="RemoteControl"/>, beside the descriptions themselves.</summary>
public sealed record JobSetupOptions
{
    /// <inheritdoc cref="JobSetup.MaxRedistributionAttempts"/>
    public int MaxRedistributionAttempts { get; init; } = 1;

    /// <inheritdoc cref="JobSetup.Repetitions"/>
    public int Repetitions { get; init; } = 1;

    /// <inheritdoc cref="JobSetup.Lease"/>
    public TimeSpan Lease { get; init; } = TagDefaults.Lease;

    /// <inheritdoc cref="JobSetup.Policy"/>
    public RedistributionPolicy Policy { get; init; }

    /// <inheritdoc cref="JobSetup.RetryDelay"/>
    public TimeSpan RetryDelay { get; init; }

    /// <summary>The same id for repetitions of one set-up, so that it takes effect once.</summary>
    /// <value>The default, <see langword="null"/>, makes one up for each call.</value>
    public string? RequestId { get; init; }

    internal JobSetup For(IEnumerable<JsonText> jobs) => new()
    {
        Jobs = [.. jobs],
        MaxRedistributionAttempts = MaxRedistributionAttempts,
        Repetitions = Repetitions,
        Lease = Lease,
        Policy = Policy,
        RetryDelay = RetryDelay,
        RequestId = RequestId,
    };
}
