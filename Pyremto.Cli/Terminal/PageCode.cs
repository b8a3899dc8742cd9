namespace Pyremto.Cli.Terminal;

/// <summary>The link to a tag's page, and the code by which a phone opens it.</summary>
internal static class PageCode
{
    /// <summary>The lines of code, link and hint. The code is left out where the terminal is too narrow for it.</summary>
    /// <param name="page">The page.</param>
    /// <param name="width">How many columns there are.</param>
    /// <param name="colours">Whether it is drawn with colours, and so right on every background.</param>
    public static IEnumerable<string> Lines(PageLink page, int width, bool colours)
    {
        var link = page.Url.AbsoluteUri;
        var plain = CodeLines(link, QrTextStyle.DarkBackground);
        if (plain[0].Length > width)
            yield return $"(The QR code needs {plain[0].Length} columns.)";
        else
            foreach (var line in colours ? CodeLines(link, QrTextStyle.Colours) : plain)
                yield return line;
        yield return link;
        if (page.Hint is { } hint)
            yield return hint;
    }

    private static string[] CodeLines(string content, QrTextStyle style) =>
        TagPages.QrCodes.WriteText(content, style).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
