namespace Pyremto;

/// <summary>A link to a tag's progress page.</summary>
/// <param name="Url">
/// The page's address, with a view token in the fragment. It reads progress and results, so it may be shown to whoever may see these, and belongs
/// in no log.
/// </param>
public sealed record PageLink(Uri Url)
{
    /// <summary>What to do so that other devices reach the page, in a line; null where they should reach it as it is.</summary>
    public string? Hint => Url.IsLoopback
        ? "Only this machine reaches that address. For a phone, listen on all addresses (as in http://*:5080), or set PublicUrl."
        : null;

    /// <summary>The page's address; the token is left out.</summary>
    public override string ToString() => Url.GetLeftPart(UriPartial.Query);
}
