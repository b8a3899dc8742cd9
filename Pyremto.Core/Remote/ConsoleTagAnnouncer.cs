namespace Pyremto;

/// <summary>Prints link and QR code of a new tag to the console.</summary>
/// <param name="output">Where to; null for the console.</param>
internal sealed class ConsoleTagAnnouncer(TextWriter? output = null) : ITagAnnouncer
{
    public async ValueTask AnnounceAsync(string tag, Uri page, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tag);
        ArgumentNullException.ThrowIfNull(page);
        var writer = output ?? Console.Out;
        await TagPages.PrintAsync(writer, tag, new PageLink(page), TagPages.StyleOf(writer), cancellationToken).ConfigureAwait(false);
    }
}
