namespace Pyremto;

/// <summary>
/// Tells the person at the coordinator of a tag that somebody else made who knows no page: the Python client's protocol has none.
/// <c>AddPyremto()</c> registers one that prints link and QR code to the console; register another before it to do otherwise.
/// Implementations are thread-safe.
/// </summary>
public interface ITagAnnouncer
{
    /// <summary>Shows the tag.</summary>
    /// <param name="tag">The tag's name.</param>
    /// <param name="page">
    /// The address of its progress page, with a view token in the fragment. It reads progress and results, so it may be shown
    /// to whoever stands before the coordinator and belongs in no log.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask AnnounceAsync(string tag, Uri page, CancellationToken cancellationToken);
}
