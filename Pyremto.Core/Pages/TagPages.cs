namespace Pyremto;

/// <summary>Links to progress pages, and how a person at a terminal gets them.</summary>
public static class TagPages
{
    /// <summary>Draws QR codes as <c>AddPyremto()</c> does, where there are no services.</summary>
    public static IQrCodeWriter QrCodes { get; } = new QrCodeWriter();

    /// <summary>The link to a tag's page, with a view token in the fragment; null where no page is known.</summary>
    /// <param name="scheduler">The scheduler, here or elsewhere.</param>
    /// <param name="tag">The tag, with its password or a view token.</param>
    /// <param name="publicUrl">The address under which pages are reached; null for the one that the coordinator tells.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TagUnknownException">There is no such tag.</exception>
    /// <exception cref="WrongPasswordException">The credential is wrong (S15).</exception>
    public static async ValueTask<PageLink?> FindAsync(
        IJobScheduler scheduler, TagAccess tag, Uri? publicUrl = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        ArgumentNullException.ThrowIfNull(tag);
        if (publicUrl is null)
            return scheduler is IPageFinder finder ? await finder.FindPageAsync(tag, cancellationToken).ConfigureAwait(false) : null;
        var token = tag is { Password: null, ViewToken: { } own }
            ? own
            : await scheduler.IssueViewTokenAsync(tag, lifetime: null, cancellationToken).ConfigureAwait(false);
        var page = new UriBuilder(publicUrl) { Query = "", Fragment = $"view={token}" };
        page.Path = $"{page.Path.TrimEnd('/')}/t/{Uri.EscapeDataString(tag.Tag)}";
        return new PageLink(page.Uri);
    }

    /// <summary>
    /// Prints the code of a tag's page, and below it, in lines of their own, for which background it is drawn (without colours), the tag's name, the
    /// address, and what to do where a phone would not reach it.
    /// </summary>
    /// <param name="output">Where to; it is flushed and left open.</param>
    /// <param name="tag">The tag's name.</param>
    /// <param name="page">Its page; null where there is none: then the code holds the name.</param>
    /// <param name="style">What the terminal looks like; <see cref="StyleOf"/> tells it of the console.</param>
    /// <param name="cancellationToken">Gives up; part of it may have been printed.</param>
    public static async Task PrintAsync(
        TextWriter output, string tag, PageLink? page, QrTextStyle style = QrTextStyle.DarkBackground, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(tag);
        var background = style switch
        {
            QrTextStyle.DarkBackground => "(drawn for a dark background)\n",
            QrTextStyle.LightBackground => "(drawn for a light background)\n",
            _ => "",
        };
        var address = page is null ? "" : $"{page.Url.AbsoluteUri}\n";
        var hint = page?.Hint is { } text ? $"{text}\n" : "";
        var code = QrCodes.WriteText(page?.Url.AbsoluteUri ?? tag, style);
        await output.WriteAsync($"{code}{background}tag: {tag}\n{address}{hint}".AsMemory(), cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// How a code is drawn on <paramref name="output"/>: with colours where it is a console that knows them and nobody asked to go without
    /// (<c>NO_COLOR</c>), else for a dark background.
    /// </summary>
    /// <param name="output">Where it is to be printed.</param>
    public static QrTextStyle StyleOf(TextWriter output)
    {
        var isConsole = (ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected) || (ReferenceEquals(output, Console.Error) && !Console.IsErrorRedirected);
        return isConsole
            && Environment.GetEnvironmentVariable("TERM") != "dumb"
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
                ? QrTextStyle.Colours
                : QrTextStyle.DarkBackground;
    }
}
