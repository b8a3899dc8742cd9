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
    public static Option<int?> Attempts(string description) =>
        new("--max-redistribution-attempts", "-n") { Description = description, HelpName = "N" };

    /// <summary>The lease (S10).</summary>
    public static Option<TimeSpan?> Lease(string description) => Durations.Option("--lease", description);

    /// <summary>The policy (S10).</summary>
    public static Option<RedistributionPolicy?> Policy(string description)
    {
        var option = new Option<RedistributionPolicy?>("--policy")
        {
            Description = description + ": when_lost (only after it failed or its worker was lost) or when_idle (also while another still has it)",
            HelpName = "POLICY",
            CustomParser = static result =>
            {
                switch (result.Tokens[0].Value)
                {
                    case "when_lost": return RedistributionPolicy.WhenLost;
                    case "when_idle": return RedistributionPolicy.WhenIdle;
                }
                result.AddError($"'{result.Tokens[0].Value}' is no policy: when_lost or when_idle.");
                return null;
            },
        };
        option.CompletionSources.Add("when_lost", "when_idle");
        return option;
    }
}
