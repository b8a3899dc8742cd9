namespace Pyremto;

/// <summary>Prints a QR code with the text below it that says what it holds.</summary>
internal static class QrPrinter
{
    /// <summary>Prints the code of the page's address, or of the tag's name where there is no page.</summary>
    public static async Task PrintAsync(TextWriter output, string tag, Uri? page, CancellationToken cancellationToken)
    {
        var code = QrCode.Of(page?.AbsoluteUri ?? tag).ToText(HasColours(output));
        var caption = page is null ? $"tag: {tag}\n" : $"tag: {tag}\n{page.AbsoluteUri}\n";
        await output.WriteAsync((code + caption).AsMemory(), cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether what is written there is seen on a terminal that knows colours; a file should not get their codes.</summary>
    private static bool HasColours(TextWriter output) =>
        ReferenceEquals(output, Console.Out)
        && !Console.IsOutputRedirected
        && Environment.GetEnvironmentVariable("TERM") != "dumb"
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
}
