namespace Pyremto;

/// <summary>Prints link and QR code of a new tag to the console.</summary>
/// <param name="output">Where to; null for the console.</param>
internal sealed class ConsoleTagAnnouncer(TextWriter? output = null) : ITagAnnouncer
{
    public async ValueTask AnnounceAsync(string tag, Uri page, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tag);
        ArgumentNullException.ThrowIfNull(page);
        await QrPrinter.PrintAsync(output ?? Console.Out, tag, page, cancellationToken).ConfigureAwait(false);
    }
}
