using System.CommandLine;
using Pyremto.Cli.Connecting;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary><c>pyremto cancel</c>: no more hand-outs, and who runs them is told (S11, S19).</summary>
internal sealed class CancelCommand : TagVerb
{
    private readonly Argument<int[]> _jobs = JobIds.Argument("Which jobs; all unfinished ones where none is named");

    public CancelCommand()
        : base(
            "cancel", "Cancels jobs; their programs are ended, results stay", "pyremto cancel --tag search", "pyremto cancel --tag search 17 18") =>
        Arguments.Add(_jobs);

    protected override async Task<int> RunAsync(VerbContext context, CoordinatorConnection connection, TagAccess tag)
    {
        var changed = await connection.Scheduler.CancelAsync(tag, JobIds.Of(context.Parsed, _jobs), context.Stopped);
        return await context.Output.WriteTouchedAsync(tag.Tag, changed, "cancelled", WhyNot, context.Stopped);
    }

    private static string? WhyNot(JobState state) => state == JobState.Done ? "is done, and its result stays" : null;
}
