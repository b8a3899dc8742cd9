using Pyremto.Cli.Connecting;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary><c>pyremto rotate</c>: links that were given away read nothing any more (S15).</summary>
internal sealed class RotateCommand() : TagVerb(
    "rotate", "Makes all links to a tag's page worthless, and prints a new one", "pyremto rotate --tag search --password-file secret.txt")
{
    protected override async Task<int> RunAsync(VerbContext context, CoordinatorConnection connection, TagAccess tag)
    {
        await connection.Scheduler.RotateViewTokensAsync(tag, context.Stopped);
        var page = await TagPages.FindAsync(connection.Scheduler, tag, publicUrl: null, context.Stopped);
        if (context.Output.IsJson)
            await context.Output.WriteJsonAsync(new ShownTag(tag.Tag, page?.Url.AbsoluteUri), CommandJson.Default.ShownTag, context.Stopped);
        else if (page is not null)
            await context.Output.WriteDataAsync(page.Url.AbsoluteUri, context.Stopped);
        else
            context.Output.WriteProgress($"{TerminalText.Escape(tag.Tag)}: all links so far are worthless");
        return ExitCode.Done;
    }
}
