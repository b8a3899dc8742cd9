using Pyremto.Cli.Connecting;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary><c>pyremto resume</c>: ends a pause (S19).</summary>
internal sealed class ResumeCommand() : TagVerb("resume", "Hands jobs out again after 'pause'", "pyremto resume --tag search")
{
    protected override async Task<int> RunAsync(VerbContext context, CoordinatorConnection connection, TagAccess tag)
    {
        await connection.Scheduler.ResumeAsync(tag, context.Stopped);
        await context.Output.WriteChangeAsync(new ChangedTag(tag.Tag, "resumed"), context.Stopped);
        return ExitCode.Done;
    }
}
