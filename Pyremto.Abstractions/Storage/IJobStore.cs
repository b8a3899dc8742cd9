namespace Pyremto;

/// <summary>
/// What a scheduler needs kept. A store applies the rules of scheduling atomically and tells nothing before it is durable; who
/// may ask, and how much, was checked before. All members are thread-safe; all may be called after <see cref="OpenAsync"/> alone.
/// </summary>
/// <remarks>
/// Every member that takes a <see cref="TagRecord"/> throws <see cref="TagUnknownException"/> when the tag was deleted since, even if
/// there is a new one of its name; one of several in an exchange is refused for itself, and a heartbeat says that its jobs are not
/// needed. All throw <see cref="StoreUnavailableException"/> when the change could not be kept.
/// A cancelled call either changes nothing or runs to its end.
/// </remarks>
public interface IJobStore : IAsyncDisposable
{
    /// <summary>Opens it and restores what was kept. Hand-outs that ran in the ended coordinator's process are lost, the others start a
    /// full lease.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be opened; the message says why and what to do.</exception>
    ValueTask OpenAsync(CancellationToken cancellationToken);

    /// <summary>Who is told of changes. Set once, before <see cref="OpenAsync"/>.</summary>
    IJobStoreObserver? Observer { set; }

    /// <summary>How many tags there may be; more cannot be created. Set once, before <see cref="OpenAsync"/>.</summary>
    int MostTags { set; }

    /// <summary>
    /// How long it is until a lease or a retry delay may end, or null if none is running; <see cref="ExpireAsync"/> is due then. Not the
    /// wall clock's time, which may jump. Negative where it is overdue.
    /// </summary>
    TimeSpan? NextDeadlineIn { get; }

    /// <summary>Marks the hand-outs as lost whose lease has ended, and lets jobs be handed out whose retry delay has.</summary>
    ValueTask ExpireAsync(CancellationToken cancellationToken);

    /// <summary>The tag of that name, or null.</summary>
    ValueTask<TagRecord?> FindTagAsync(string name, CancellationToken cancellationToken);

    /// <summary>The tags whose names start with <paramref name="prefix"/>, ascending by name, at most <paramref name="limit"/>, behind
    /// <paramref name="after"/>.</summary>
    ValueTask<IReadOnlyList<TagRecord>> FindTagsAsync(string prefix, string? after, int limit, CancellationToken cancellationToken);

    /// <summary>Keeps a new tag. Repeated with the same creation request id it answers with the one there is.</summary>
    /// <exception cref="TagTakenException">The name is taken.</exception>
    /// <exception cref="TooLargeException">There are as many tags as there may be.</exception>
    ValueTask<TagRecord> CreateTagAsync(TagRecord tag, CancellationToken cancellationToken);

    /// <summary>Keeps the jobs of a tag, all or none. Answers how many there are, repetitions included.</summary>
    /// <exception cref="JobsAlreadySetUpException">They are set up already.</exception>
    ValueTask<int> SetUpJobsAsync(TagRecord tag, JobSetup setup, CancellationToken cancellationToken);

    /// <summary>Applies the reports and gives work out, atomically (S2–S9, S20). It never waits for work.</summary>
    /// <param name="tags">The tags that the request names, as they were found; none where it has a prefix, whose tags the store finds
    /// itself.</param>
    /// <param name="request">The request; its credentials and waiting time are not looked at.</param>
    /// <param name="cancellationToken">Gives up before the change.</param>
    ValueTask<ExchangeAnswer> ExchangeAsync(IReadOnlyList<TagRecord> tags, ExchangeRequest request, CancellationToken cancellationToken);

    /// <summary>Notes a sign of life and tells which of the jobs are no longer needed.</summary>
    /// <param name="tags">The tags that it names, as they were found; none where it has a prefix, whose tags the store finds
    /// itself.</param>
    /// <param name="heartbeat">The heartbeat; its credentials are not looked at.</param>
    /// <param name="cancellationToken">Gives up before the change.</param>
    ValueTask<HeartbeatAnswer> HeartbeatAsync(IReadOnlyList<TagRecord> tags, Heartbeat heartbeat, CancellationToken cancellationToken);

    /// <summary>Marks all live hand-outs of these workers as lost.</summary>
    ValueTask SessionLostAsync(IReadOnlyList<string> workers, CancellationToken cancellationToken);

    /// <summary>How far the work is.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="waiting">The workers that wait for work of it now, which are live as well; null for an anonymous one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<TagProgress> GetProgressAsync(TagRecord tag, IReadOnlyList<string?> waiting, CancellationToken cancellationToken);

    /// <summary>A line for the list of tags.</summary>
    ValueTask<TagSummary> GetSummaryAsync(TagRecord tag, CancellationToken cancellationToken);

    /// <summary>A page of results; <see cref="ResultQuery.Limit"/> is its size. An empty page is the end.</summary>
    ValueTask<IReadOnlyList<JobResult>> ReadResultsAsync(TagRecord tag, ResultQuery query, CancellationToken cancellationToken);

    /// <summary>A page of jobs.</summary>
    ValueTask<JobPage> ReadJobsAsync(TagRecord tag, JobQuery query, CancellationToken cancellationToken);

    /// <summary>Gives exhausted jobs new attempts, and what else <see cref="ITagOwner.RetryAsync"/> does.</summary>
    ValueTask<ChangedJobs> RetryAsync(
        TagRecord tag, IReadOnlyList<int>? jobIds, TimeSpan? silentFor, bool cancelled, CancellationToken cancellationToken);

    /// <summary>Cancels unfinished jobs.</summary>
    ValueTask<ChangedJobs> CancelAsync(TagRecord tag, IReadOnlyList<int>? jobIds, CancellationToken cancellationToken);

    /// <summary>Pauses or resumes the tag.</summary>
    ValueTask SetPausedAsync(TagRecord tag, bool paused, CancellationToken cancellationToken);

    /// <summary>Changes N, lease, retry delay or policy.</summary>
    ValueTask UpdateTagAsync(TagRecord tag, TagUpdate update, CancellationToken cancellationToken);

    /// <summary>Puts another view key in place.</summary>
    ValueTask<TagRecord> SetViewKeyAsync(TagRecord tag, ReadOnlyMemory<byte> viewKey, CancellationToken cancellationToken);

    /// <summary>Deletes the tag with all that belongs to it.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="ifUnusedFor">Only if the store was open for that long since it was last used, as <see cref="NoteUpTimeAsync"/>
    /// counts; null in any case.</param>
    /// <param name="cancellationToken">Gives up before the change.</param>
    /// <returns>Whether it was deleted.</returns>
    ValueTask<bool> DeleteTagAsync(TagRecord tag, TimeSpan? ifUnusedFor, CancellationToken cancellationToken);

    /// <summary>
    /// Counts that the store was open for so much longer, durably and over all starts. How long tags were not used is measured by this
    /// alone, so that neither downtime nor a wrong clock makes one old.
    /// </summary>
    /// <param name="upTime">How much longer, by a clock that nobody sets.</param>
    /// <param name="cancellationToken">Gives up before the change.</param>
    ValueTask NoteUpTimeAsync(TimeSpan upTime, CancellationToken cancellationToken);

    /// <summary>Keeps a note; <paramref name="replace"/> puts it in the place of all of its kind.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="note">The note.</param>
    /// <param name="replace">Whether it takes the place of all of its kind.</param>
    /// <param name="mostBytes">How large all notes of the tag may be together.</param>
    /// <param name="cancellationToken">Gives up before the change.</param>
    /// <exception cref="TooLargeException">All notes together would be larger than <paramref name="mostBytes"/>.</exception>
    ValueTask AddNoteAsync(TagRecord tag, TagNote note, bool replace, long mostBytes, CancellationToken cancellationToken);

    /// <summary>The notes of a kind, oldest first.</summary>
    ValueTask<IReadOnlyList<TagNote>> GetNotesAsync(TagRecord tag, string kind, CancellationToken cancellationToken);
}
