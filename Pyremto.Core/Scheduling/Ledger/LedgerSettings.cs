namespace Pyremto;

/// <summary>What a tag's owner decides about how its jobs are handed out.</summary>
/// <param name="MaxAttempts">N (S3).</param>
/// <param name="LeaseMicros">The lease (S10).</param>
/// <param name="Policy">The policy (S10).</param>
/// <param name="Paused">Whether the tag is paused (S19).</param>
/// <param name="RetryDelayMicros">How long a job waits after its first failure (S9).</param>
internal readonly record struct LedgerSettings(
    int MaxAttempts, long LeaseMicros, RedistributionPolicy Policy, bool Paused, long RetryDelayMicros = 0)
{
    public static LedgerSettings Of(JobSetup setup) =>
        new(setup.MaxRedistributionAttempts, setup.Lease.ToMicros(), setup.Policy, Paused: false, setup.RetryDelay.ToMicros());

    public LedgerSettings With(TagUpdate update) => this with
    {
        MaxAttempts = update.MaxRedistributionAttempts ?? MaxAttempts,
        LeaseMicros = update.Lease?.ToMicros() ?? LeaseMicros,
        Policy = update.Policy ?? Policy,
        RetryDelayMicros = update.RetryDelay?.ToMicros() ?? RetryDelayMicros,
    };
}
