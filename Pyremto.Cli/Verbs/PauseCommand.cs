using Pyremto.Cli.Connecting;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary><c>pyremto pause</c>: no more jobs of a tag are handed out (S19).</summary>
internal sealed class PauseCommand() : TagVerb(
    "pause", "Hands no more jobs out until 'resume'; what runs goes on", "pyremto pause --tag search")
{
    protected override async Task<int> RunAsync(VerbContext context, CoordinatorConnection connection, TagAccess tag)
    {
        await connection.Scheduler.PauseAsync(tag, context.Stopped);
        await context.Output.WriteChangeAsync(new ChangedTag(tag.Tag, "paused"), context.Stopped);
        return ExitCode.Done;
    }
}
