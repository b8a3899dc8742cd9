using Pyremto.Cli.Connecting;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary><c>pyremto rotate</c>: links that were given away read nothing any more (S15).</summary>
internal sealed class RotateCommand() : TagVerb(
    "rotate", "Makes all links to a tag's page worthless, and prints a new one", "pyremto rotate --tag search --password-file secret.txt")
{
    protected override async Task<int> RunAsync(VerbContext context, CoordinatorConnection connection, TagAccess tag)
    {
        var token = await connection.Scheduler.RotateViewTokensAsync(tag, context.Stopped);
        var page = PageLink.Of(connection.Location, tag.Tag, token)?.AbsoluteUri;
        if (context.Output.IsJson)
            await context.Output.WriteJsonAsync(new ShownTag(tag.Tag, page, token), CommandJson.Default.ShownTag, context.Stopped);
        else
            await context.Output.WriteDataAsync(page ?? token, context.Stopped);
        return ExitCode.Done;
    }
}
