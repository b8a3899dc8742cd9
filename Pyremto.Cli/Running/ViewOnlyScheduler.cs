using System.Security.Cryptography;
using System.Text;

namespace Pyremto.Cli.Running;

/// <summary>
/// A run as one tag, for whoever has its view token, to be looked at and nothing else: what a run shows on a port. The tags of a run have
/// no password, so this is what keeps strangers out.
/// </summary>
internal sealed class ViewOnlyScheduler(RunView run, string tag, string token) : IJobScheduler
{
    public ValueTask<bool> TagExistsAsync(string name, CancellationToken cancellationToken) => ValueTask.FromResult(name == tag);

    public ValueTask<TagProgress> GetProgressAsync(TagAccess access, CancellationToken cancellationToken) =>
        Checked(access).GetProgressAsync(cancellationToken);

    public IAsyncEnumerable<TagProgress> WatchProgressAsync(TagAccess access, CancellationToken cancellationToken) =>
        Checked(access).WatchProgressAsync(cancellationToken);

    public IAsyncEnumerable<JobResult> GetResultsAsync(TagAccess access, ResultQuery query, CancellationToken cancellationToken) =>
        Checked(access).GetResultsAsync(query, cancellationToken);

    public ValueTask<JobPage> GetJobsAsync(TagAccess access, JobQuery query, CancellationToken cancellationToken) =>
        Checked(access).GetJobsAsync(query, cancellationToken);

    public ValueTask<IReadOnlyList<TagNote>> GetNotesAsync(TagAccess access, string kind, CancellationToken cancellationToken) => throw Refused();

    public ValueTask<ExchangeAnswer> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken) => throw Refused();

    public ValueTask<HeartbeatAnswer> HeartbeatAsync(Heartbeat heartbeat, CancellationToken cancellationToken) => throw Refused();

    public IAsyncEnumerable<JobNotNeeded> WatchNotNeededAsync(NotNeededWatch watch, CancellationToken cancellationToken) => throw Refused();

    public ValueTask SessionLostAsync(IReadOnlyList<string> workers, CancellationToken cancellationToken) => throw Refused();

    public ValueTask<CreatedTag> CreateTagAsync(CreateTag request, CancellationToken cancellationToken) => throw Refused();

    public ValueTask<int> SetUpJobsAsync(TagAccess access, JobSetup setup, CancellationToken cancellationToken) => throw Refused();

    public ValueTask<ChangedJobs> RetryAsync(
        TagAccess access, IReadOnlyList<int>? jobIds, TimeSpan? silentFor, bool cancelled, CancellationToken cancellationToken) => throw Refused();

    public ValueTask<ChangedJobs> CancelAsync(TagAccess access, IReadOnlyList<int>? jobIds, CancellationToken cancellationToken) => throw Refused();

    public ValueTask PauseAsync(TagAccess access, CancellationToken cancellationToken) => throw Refused();

    public ValueTask ResumeAsync(TagAccess access, CancellationToken cancellationToken) => throw Refused();

    public ValueTask UpdateTagAsync(TagAccess access, TagUpdate update, CancellationToken cancellationToken) => throw Refused();

    public ValueTask DeleteTagAsync(TagAccess access, CancellationToken cancellationToken) => throw Refused();

    public ValueTask<string> IssueViewTokenAsync(TagAccess access, TimeSpan? lifetime, CancellationToken cancellationToken) => throw Refused();

    public ValueTask<string> RotateViewTokensAsync(TagAccess access, CancellationToken cancellationToken) => throw Refused();

    public ValueTask AddNoteAsync(TagAccess access, TagNote note, bool replace, CancellationToken cancellationToken) => throw Refused();

    public IAsyncEnumerable<TagSummary> ListTagsAsync(CancellationToken cancellationToken) => throw Refused();

    private RunView Checked(TagAccess access)
    {
        if (access.Tag != tag)
            throw new TagUnknownException($"The tag '{access.Tag}' does not exist.");
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(access.ViewToken ?? ""), Encoding.UTF8.GetBytes(token))
            ? run
            : throw Refused();
    }

    private static WrongPasswordException Refused() => new("This is the page of a run: its link lets look at it, and nothing else can be done here.");
}
