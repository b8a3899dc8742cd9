using Pyremto.Cli.Connecting;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary><c>pyremto qr</c>: the link to a tag's page, and its code.</summary>
internal sealed class QrCommand() : TagVerb("qr", "Prints the link to a tag's page, and a QR code of it", "pyremto qr --tag search", "pyremto qr --tag search --json")
{
    protected override async Task<int> RunAsync(VerbContext context, CoordinatorConnection connection, TagAccess tag)
    {
        var output = context.Output;
        var page = await TagPages.FindAsync(connection.Scheduler, tag, publicUrl: null, context.Stopped)
            ?? throw CommandException.WrongUse("The coordinator listens on no HTTP address, so it has no page: start it with --urls.");
        if (output.IsJson)
            await output.WriteJsonAsync(new ShownTag(tag.Tag, page.Url.AbsoluteUri), CommandJson.Default.ShownTag, context.Stopped);
        else
            foreach (var line in PageCode.Lines(page, output.Width, colours: output is { IsDataSeen: true, HasColours: true }))
                await output.WriteDataAsync(line, context.Stopped);
        return ExitCode.Done;
    }
}
