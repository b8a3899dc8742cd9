using Pyremto.Cli.Connecting;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary><c>pyremto wait</c>: ends when the work has ended.</summary>
internal sealed class WaitCommand() : TagVerb(
    "wait", "Waits until all jobs are done, or failed for good (exit code 1)", "pyremto wait --tag search && pyremto results --tag search -o results.csv")
{
    protected override async Task<int> RunAsync(VerbContext context, CoordinatorConnection connection, TagAccess tag)
    {
        var end = await Watching.FollowAsync(connection, tag, static _ => Task.CompletedTask, context);
        if (context.Output.IsJson)
            await context.Output.WriteJsonAsync(end, PyremtoJson.Default.TagProgress, context.Stopped);
        else
            context.Output.WriteProgress($"{TerminalText.Escape(end.Tag)}: {Words.Of(end)}");
        return Watching.ExitCodeOf(end);
    }
}
