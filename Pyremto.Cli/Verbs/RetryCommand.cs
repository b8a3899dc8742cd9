using System.CommandLine;
using Pyremto.Cli.Connecting;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary><c>pyremto retry</c>: new attempts for exhausted jobs (S12).</summary>
internal sealed class RetryCommand : TagVerb
{
    private readonly Argument<int[]> _jobs = JobIds.Argument("Which jobs; all exhausted ones where none is named");

    private readonly Option<TimeSpan?> _silentFor = Durations.Option(
        "--silent-for", "Also give up jobs whose worker gave no sign of life for so long, as in 10m");

    public RetryCommand()
        : base(
            "retry", "Gives jobs that failed too often new attempts",
            "pyremto retry --tag search", "pyremto retry --tag search 17 18", "pyremto retry --tag search --silent-for 1h")
    {
        Arguments.Add(_jobs);
        Options.Add(_silentFor);
    }

    protected override async Task<int> RunAsync(VerbContext context, CoordinatorConnection connection, TagAccess tag)
    {
        var jobs = await connection.Scheduler.RetryAsync(
            tag, JobIds.Of(context.Parsed, _jobs), context.Parsed.GetValue(_silentFor), cancelled: false, context.Stopped);
        await context.Output.WriteTouchedAsync(new TouchedJobs(tag.Tag, jobs.Jobs), "can be handed out again", context.Stopped);
        return ExitCode.Done;
    }
}
