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

    private readonly Option<bool> _cancelled = new("--cancelled") { Description = "Also hand out again what was cancelled" };

    public RetryCommand()
        : base(
            "retry", "Gives jobs that failed too often new attempts",
            "pyremto retry --tag search", "pyremto retry --tag search 17 18", "pyremto retry --tag search --silent-for 1h", "pyremto retry --tag search --cancelled")
    {
        Arguments.Add(_jobs);
        Options.Add(_silentFor);
        Options.Add(_cancelled);
    }

    protected override async Task<int> RunAsync(VerbContext context, CoordinatorConnection connection, TagAccess tag)
    {
        var changed = await connection.Scheduler.RetryAsync(
            tag, JobIds.Of(context.Parsed, _jobs), context.Parsed.GetValue(_silentFor), context.Parsed.GetValue(_cancelled), context.Stopped);
        return await context.Output.WriteTouchedAsync(tag.Tag, changed, "can be handed out again", WhyNot, context.Stopped);
    }

    private static string? WhyNot(JobState state) => state switch
    {
        JobState.Done => "is done, and a result never changes; submit its description anew where it is to be computed once more",
        JobState.Cancelled => "was cancelled; with --cancelled it is handed out again",
        JobState.Exhausted => "is exhausted and could not be given new attempts",
        _ => null,
    };
}
