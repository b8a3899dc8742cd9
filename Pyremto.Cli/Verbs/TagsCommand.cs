using Pyremto.Cli.Connecting;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary><c>pyremto tags</c>: which tags the coordinator has.</summary>
internal sealed class TagsCommand() : CoordinatorVerb(
    "tags", "Lists the coordinator's tags", "pyremto tags", "pyremto tags --url http://lab-server:5080 --operator-key-file key.txt --json")
{
    protected override async Task<int> RunAsync(VerbContext context, CoordinatorConnection connection)
    {
        try
        {
            if (await ListAsync(context, connection) == 0)
                context.Output.WriteProgress($"There are no tags at {connection.Location.Name}.");
            return ExitCode.Done;
        }
        catch (WrongPasswordException error)
        {
            throw ConnectionOptions.KeyRefused(error);
        }
    }

    private static async Task<int> ListAsync(VerbContext context, CoordinatorConnection connection)
    {
        var (output, stopped) = (context.Output, context.Stopped);
        var count = 0;
        await foreach (var tag in connection.Scheduler.ListTagsAsync(stopped))
        {
            count++;
            if (output.IsJson)
                await output.WriteJsonAsync(tag, PyremtoJson.Default.TagSummary, stopped);
            else
                await output.WriteDataAsync(Line(tag), stopped);
        }
        return count;
    }

    private static string Line(TagSummary tag) =>
        $"{TerminalText.Escape(tag.Tag)}: {Words.Of(tag.State)}, {tag.Counts.Done} of {tag.Counts.Total} done{Words.FailedAttempts(tag.FailedAttempts, 0)}{(tag.Protected ? ", password" : "")}";
}
