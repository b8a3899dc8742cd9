namespace Pyremto;

/// <summary>An <see cref="IJobScheduler"/> that knows where the pages of its coordinator are. Implementations are thread-safe.</summary>
public interface IPageFinder
{
    /// <summary>The link to a tag's page; null where the coordinator has no pages.</summary>
    /// <param name="tag">The tag. Who has a view token gets a link with that one, its owner one with a token that holds until it is rotated away.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TagUnknownException">There is no such tag.</exception>
    /// <exception cref="WrongPasswordException">The credential is wrong.</exception>
    ValueTask<PageLink?> FindPageAsync(TagAccess tag, CancellationToken cancellationToken);
}
