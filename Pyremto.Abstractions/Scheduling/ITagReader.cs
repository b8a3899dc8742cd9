namespace Pyremto;

/// <summary>What anyone with a tag's password or view token may read. All members are thread-safe.</summary>
/// <remarks>All throw <see cref="TagUnknownException"/> and <see cref="WrongPasswordException"/>.</remarks>
public interface ITagReader
{
    /// <summary>Whether a tag of that name exists: all that is told without a password.</summary>
    ValueTask<bool> TagExistsAsync(string tag, CancellationToken cancellationToken);

    /// <summary>How far the work is.</summary>
    ValueTask<TagProgress> GetProgressAsync(TagAccess tag, CancellationToken cancellationToken);

    /// <summary>
    /// How far the work is: at once, and then as it changes, at most a few times a second. Ends when the tag is deleted.
    /// A reader that is slow misses steps between, never the last.
    /// </summary>
    IAsyncEnumerable<TagProgress> WatchProgressAsync(TagAccess tag, CancellationToken cancellationToken);

    /// <summary>The results there are, read in pages while they are enumerated: a million of them take constant memory.</summary>
    IAsyncEnumerable<JobResult> GetResultsAsync(TagAccess tag, ResultQuery query, CancellationToken cancellationToken);

    /// <summary>A page of jobs with their attempts.</summary>
    /// <exception cref="InvalidRequestException">The limit is out of its range.</exception>
    ValueTask<JobPage> GetJobsAsync(TagAccess tag, JobQuery query, CancellationToken cancellationToken);

    /// <summary>The notes of a kind, oldest first.</summary>
    ValueTask<IReadOnlyList<TagNote>> GetNotesAsync(TagAccess tag, string kind, CancellationToken cancellationToken);
}
