using System.CommandLine;
using Pyremto.Cli.Connecting;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary><c>pyremto delete</c>: a tag with its jobs and results is gone (S19).</summary>
internal sealed class DeleteCommand : TagVerb
{
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do not ask" };

    public DeleteCommand()
        : base("delete", "Deletes a tag with its jobs and results", "pyremto delete --tag search", "pyremto delete --tag search --yes") =>
        Options.Add(_yes);

    protected override async Task<int> RunAsync(VerbContext context, CoordinatorConnection connection, TagAccess tag)
    {
        if (!context.Parsed.GetValue(_yes))
        {
            var progress = await connection.Scheduler.GetProgressAsync(tag, context.Stopped);
            var question = $"Delete {TerminalText.Escape(tag.Tag)} with {Words.Count(progress.Total, "job")} and {Words.Count(progress.Done, "result")}?";
            if (!await Confirmation.AskAsync(context, question))
                throw CommandException.WrongUse("Nothing was deleted.");
        }
        await connection.Scheduler.DeleteTagAsync(tag, context.Stopped);
        await context.Output.WriteChangeAsync(new ChangedTag(tag.Tag, "deleted"), context.Stopped);
        return ExitCode.Done;
    }
}
