using System.CommandLine;

namespace Pyremto.Cli.Verbs;

/// <summary>The options that say how jobs are to be handed out, of all verbs that set it.</summary>
internal static class SetupOptions
{
    /// <summary>N where nobody says it: a job may fail or be lost twice.</summary>
    public const int DefaultAttempts = 3;

    /// <summary>The policy where nobody says it: no core computes what another does.</summary>
    public const RedistributionPolicy DefaultPolicy = RedistributionPolicy.WhenLost;

    /// <summary>The lease where nobody says it.</summary>
    public static TimeSpan DefaultLease { get; } = TimeSpan.FromMinutes(2);

    /// <summary>N (S3).</summary>
    public static Option<int?> Attempts(string description) => WholeNumbers.Option(["--max-redistribution-attempts", "-n"], description);

    /// <summary>The lease (S10).</summary>
    public static Option<TimeSpan?> Lease(string description) => Durations.Option("--lease", description);

    /// <summary>The retry delay (S9).</summary>
    public static Option<TimeSpan?> RetryDelay(string description) => Durations.Option("--retry-delay", description);

    /// <summary>The policy (S10).</summary>
    public static Option<RedistributionPolicy?> Policy(string description) => Choices.Option(
        ["--policy"], description + ": when_lost (only after it failed or its worker was lost) or when_idle (also while another still has it, so that healthy jobs may run twice)", "POLICY",
        ("when_lost", RedistributionPolicy.WhenLost), ("when_idle", RedistributionPolicy.WhenIdle));
}
