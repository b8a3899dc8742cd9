using System.CommandLine;
using Pyremto.Cli.Connecting;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary><c>pyremto change</c>: N, lease, retry delay and policy of a tag (S19).</summary>
internal sealed class ChangeCommand : TagVerb
{
    private readonly Option<int?> _attempts = SetupOptions.Attempts("How often a job may be handed out in all");
    private readonly Option<TimeSpan?> _lease = SetupOptions.Lease("How long a silent worker is believed alive, as in 2m");
    private readonly Option<TimeSpan?> _retryDelay = SetupOptions.RetryDelay("How long a failed job waits before its next attempt, as in 30s");
    private readonly Option<RedistributionPolicy?> _policy = SetupOptions.Policy("When a job may be handed out once more");

    public ChangeCommand()
        : base(
            "change", "Changes how a tag's jobs are handed out",
            "pyremto change --tag search --max-redistribution-attempts 5", "pyremto change --tag search --lease 10m --policy when_idle")
    {
        Options.Add(_attempts);
        Options.Add(_lease);
        Options.Add(_retryDelay);
        Options.Add(_policy);
    }

    protected override async Task<int> RunAsync(VerbContext context, CoordinatorConnection connection, TagAccess tag)
    {
        var update = new TagUpdate
        {
            MaxRedistributionAttempts = context.Parsed.GetValue(_attempts),
            Lease = context.Parsed.GetValue(_lease),
            RetryDelay = context.Parsed.GetValue(_retryDelay),
            Policy = context.Parsed.GetValue(_policy),
        };
        if (update == new TagUpdate())
            throw CommandException.WrongUse("Say what to change: --max-redistribution-attempts, --lease, --retry-delay or --policy.");
        await connection.Scheduler.UpdateTagAsync(tag, update, context.Stopped);
        await context.Output.WriteChangeAsync(new ChangedTag(tag.Tag, "changed"), context.Stopped);
        return ExitCode.Done;
    }
}
