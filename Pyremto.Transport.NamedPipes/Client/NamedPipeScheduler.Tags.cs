using System.Runtime.CompilerServices;

namespace Pyremto;

/// <content>What readers and owners ask. What could not be repeated without a second effect is not.</content>
internal sealed partial class NamedPipeScheduler
{
    public ValueTask<bool> TagExistsAsync(string tag, CancellationToken cancellationToken) =>
        AskAsync<TagExistsCall, bool>(PipeVerb.TagExists, new TagExistsCall(tag), cancellationToken);

    public ValueTask<TagProgress> GetProgressAsync(TagAccess tag, CancellationToken cancellationToken) =>
        AskAsync<TagCall, TagProgress>(PipeVerb.GetProgress, new TagCall(tag), cancellationToken);

    public IAsyncEnumerable<TagProgress> WatchProgressAsync(TagAccess tag, CancellationToken cancellationToken) =>
        StreamAsync<TagCall, TagProgress>(PipeVerb.WatchProgress, () => new TagCall(tag), taken: null, cancellationToken);

    public IAsyncEnumerable<JobResult> GetResultsAsync(TagAccess tag, ResultQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return ReadResultsAsync(tag, query, cancellationToken);
    }

    /// <summary>Each enumeration begins with the query as it was given.</summary>
    private async IAsyncEnumerable<JobResult> ReadResultsAsync(
        TagAccess tag, ResultQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var results = StreamAsync<GetResultsCall, JobResult>(
            PipeVerb.GetResults,
            () => new GetResultsCall(tag, query),
            result => query = query with
            {
                After = query.Order == ResultOrder.ByJob ? result.JobId : Math.Max(query.After, 0) + 1,
                Limit = query.Limit - 1,
            },
            cancellationToken);
        await foreach (var result in results.ConfigureAwait(false))
            yield return result;
    }

    public ValueTask<JobPage> GetJobsAsync(TagAccess tag, JobQuery query, CancellationToken cancellationToken) =>
        AskAsync<GetJobsCall, JobPage>(PipeVerb.GetJobs, new GetJobsCall(tag, query), cancellationToken);

    public ValueTask<IReadOnlyList<TagNote>> GetNotesAsync(TagAccess tag, string kind, CancellationToken cancellationToken) =>
        AskAsync<GetNotesCall, IReadOnlyList<TagNote>>(PipeVerb.GetNotes, new GetNotesCall(tag, kind), cancellationToken);

    public ValueTask<CreatedTag> CreateTagAsync(CreateTag request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return AskAsync<CreateTag, CreatedTag>(
            PipeVerb.CreateTag, request with { RequestId = request.RequestId ?? NewRequestId() }, cancellationToken);
    }

    public ValueTask<int> SetUpJobsAsync(TagAccess tag, JobSetup setup, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return AskAsync<SetUpJobsCall, int>(
            PipeVerb.SetUpJobs, new SetUpJobsCall(tag, setup with { RequestId = setup.RequestId ?? NewRequestId() }), cancellationToken);
    }

    public ValueTask<ChangedJobs> RetryAsync(
        TagAccess tag, IReadOnlyList<int>? jobIds, TimeSpan? silentFor, bool cancelled, CancellationToken cancellationToken) =>
        OnceAsync<RetryCall, ChangedJobs>(PipeVerb.Retry, new RetryCall(tag, jobIds, silentFor, cancelled), cancellationToken);

    public ValueTask<ChangedJobs> CancelAsync(TagAccess tag, IReadOnlyList<int>? jobIds, CancellationToken cancellationToken) =>
        OnceAsync<CancelCall, ChangedJobs>(PipeVerb.Cancel, new CancelCall(tag, jobIds), cancellationToken);

    public async ValueTask PauseAsync(TagAccess tag, CancellationToken cancellationToken) =>
        await AskAsync<SetPausedCall, Nothing>(PipeVerb.SetPaused, new SetPausedCall(tag, Paused: true), cancellationToken).ConfigureAwait(false);

    public async ValueTask ResumeAsync(TagAccess tag, CancellationToken cancellationToken) =>
        await AskAsync<SetPausedCall, Nothing>(PipeVerb.SetPaused, new SetPausedCall(tag, Paused: false), cancellationToken).ConfigureAwait(false);

    public async ValueTask UpdateTagAsync(TagAccess tag, TagUpdate update, CancellationToken cancellationToken) =>
        await AskAsync<UpdateTagCall, Nothing>(PipeVerb.UpdateTag, new UpdateTagCall(tag, update), cancellationToken).ConfigureAwait(false);

    public async ValueTask DeleteTagAsync(TagAccess tag, CancellationToken cancellationToken) =>
        await OnceAsync<TagCall, Nothing>(PipeVerb.DeleteTag, new TagCall(tag), cancellationToken).ConfigureAwait(false);

    public ValueTask<string> IssueViewTokenAsync(TagAccess tag, TimeSpan? lifetime, CancellationToken cancellationToken) =>
        AskAsync<IssueViewTokenCall, string>(PipeVerb.IssueViewToken, new IssueViewTokenCall(tag, lifetime), cancellationToken);

    public ValueTask<string> RotateViewTokensAsync(TagAccess tag, CancellationToken cancellationToken) =>
        AskAsync<TagCall, string>(PipeVerb.RotateViewTokens, new TagCall(tag), cancellationToken);

    public async ValueTask AddNoteAsync(TagAccess tag, TagNote note, bool replace, CancellationToken cancellationToken)
    {
        var call = new AddNoteCall(tag, note, replace);
        await _client.CallAsync<AddNoteCall, Nothing>(PipeVerb.AddNote, call, isRepeatable: replace, cancellationToken).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<TagSummary> ListTagsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? last = null;
        await foreach (var tag in StreamAsync<Nothing, TagSummary>(
            PipeVerb.ListTags, static () => default, taken: null, cancellationToken).ConfigureAwait(false))
        {
            if (string.CompareOrdinal(tag.Tag, last) <= 0)
                continue; // told before the connection broke
            last = tag.Tag;
            yield return tag;
        }
    }

    private ValueTask<TAnswer> AskAsync<TRequest, TAnswer>(PipeVerb verb, TRequest request, CancellationToken cancellationToken) =>
        _client.CallAsync<TRequest, TAnswer>(verb, request, isRepeatable: true, cancellationToken);

    private ValueTask<TAnswer> OnceAsync<TRequest, TAnswer>(PipeVerb verb, TRequest request, CancellationToken cancellationToken) =>
        _client.CallAsync<TRequest, TAnswer>(verb, request, isRepeatable: false, cancellationToken);
}
