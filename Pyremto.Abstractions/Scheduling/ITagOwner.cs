namespace Pyremto;

/// <summary>What the owner of a tag may do. All members are thread-safe.</summary>
/// <remarks>
/// All but <see cref="CreateTagAsync"/> throw <see cref="TagUnknownException"/> and <see cref="WrongPasswordException"/>; all throw
/// <see cref="StoreUnavailableException"/> where the change could not be kept.
/// </remarks>
public interface ITagOwner
{
    /// <summary>Creates a tag.</summary>
    /// <exception cref="TagTakenException">The name is taken.</exception>
    /// <exception cref="InvalidRequestException">The name is not allowed.</exception>
    ValueTask<CreatedTag> CreateTagAsync(CreateTag request, CancellationToken cancellationToken);

    /// <summary>Sets up the jobs of a tag, once, all or none. Answers how many there are, repetitions included.</summary>
    /// <exception cref="JobsAlreadySetUpException">They are set up already.</exception>
    /// <exception cref="InvalidJobException">A description is not a JSON object, or there is none.</exception>
    /// <exception cref="InvalidRequestException">A number is out of its range.</exception>
    /// <exception cref="TooLargeException">There are too many, or they are too large.</exception>
    ValueTask<int> SetUpJobsAsync(TagAccess tag, JobSetup setup, CancellationToken cancellationToken);

    /// <summary>
    /// Gives exhausted jobs all their attempts anew, and ends the retry delay of jobs that failed. A job that is done never changes.
    /// </summary>
    /// <param name="tag">The tag.</param>
    /// <param name="jobIds">Which jobs; null for all.</param>
    /// <param name="silentFor">Also gives up live hand-outs without a sign of life for that long; zero or more.</param>
    /// <param name="cancelled">Also makes cancelled jobs waiting again, with all their attempts.</param>
    /// <param name="cancellationToken">Gives up before the change; once made it stays.</param>
    /// <returns>How many jobs that changed, and which of the named ones it did not.</returns>
    ValueTask<ChangedJobs> RetryAsync(
        TagAccess tag, IReadOnlyList<int>? jobIds, TimeSpan? silentFor, bool cancelled, CancellationToken cancellationToken);

    /// <summary>Cancels jobs that have no result: they are handed out no more, and workers that run them are told to stop.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="jobIds">Which jobs; null for all that are unfinished.</param>
    /// <param name="cancellationToken">Gives up before the change; once made it stays.</param>
    /// <returns>How many jobs were cancelled, and which of the named ones were not.</returns>
    ValueTask<ChangedJobs> CancelAsync(TagAccess tag, IReadOnlyList<int>? jobIds, CancellationToken cancellationToken);

    /// <summary>Hands nothing out until <see cref="ResumeAsync"/>; what runs goes on.</summary>
    ValueTask PauseAsync(TagAccess tag, CancellationToken cancellationToken);

    /// <summary>Ends a pause.</summary>
    ValueTask ResumeAsync(TagAccess tag, CancellationToken cancellationToken);

    /// <summary>Changes N, lease, retry delay or policy.</summary>
    /// <exception cref="InvalidRequestException">A number is out of its range, or the jobs, with which these settings come, are not set
    /// up yet.</exception>
    ValueTask UpdateTagAsync(TagAccess tag, TagUpdate update, CancellationToken cancellationToken);

    /// <summary>Deletes the tag with its jobs and results; who waits for it is answered with <see cref="TagUnknownException"/>.</summary>
    ValueTask DeleteTagAsync(TagAccess tag, CancellationToken cancellationToken);

    /// <summary>Makes a token that reads progress and results and nothing else.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="lifetime">How long it holds, up to a hundred years; null for as long as it is not rotated away.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidRequestException">The lifetime is out of its range.</exception>
    ValueTask<string> IssueViewTokenAsync(TagAccess tag, TimeSpan? lifetime, CancellationToken cancellationToken);

    /// <summary>Makes all view tokens so far worthless and answers with a new one.</summary>
    ValueTask<string> RotateViewTokensAsync(TagAccess tag, CancellationToken cancellationToken);

    /// <summary>Keeps a note with the tag.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="note">The note.</param>
    /// <param name="replace">Whether it takes the place of all of its kind (a setting) or comes behind them (a log).</param>
    /// <param name="cancellationToken">Gives up before the change; once made it stays.</param>
    /// <exception cref="TooLargeException">The note, or all notes of the tag, are too large.</exception>
    ValueTask AddNoteAsync(TagAccess tag, TagNote note, bool replace, CancellationToken cancellationToken);

    /// <summary>
    /// All tags by name. It shows them whatever their passwords: a transport asks its operator's key first.
    /// </summary>
    IAsyncEnumerable<TagSummary> ListTagsAsync(CancellationToken cancellationToken);
}
