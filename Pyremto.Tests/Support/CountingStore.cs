namespace Pyremto.Tests.Support;

/// <summary>Passes everything on to a store and counts the requests for work, to show that nobody polls (S7), and looks at
/// progress.</summary>
internal sealed class CountingStore(IJobStore inner) : IJobStore
{
    private int _exchanges;
    private int _looks;

    public int Exchanges => Volatile.Read(ref _exchanges);

    /// <summary>How often progress was asked for.</summary>
    public int Looks => Volatile.Read(ref _looks);

    public IJobStoreObserver? Observer
    {
        set => inner.Observer = value;
    }

    public int MostTags
    {
        set => inner.MostTags = value;
    }

    public TimeSpan? NextDeadlineIn => inner.NextDeadlineIn;

    /// <summary>Where a call is that a test holds up.</summary>
    public enum Stage
    {
        FindsTag,
        BeginsExchange,
        EndsExchange,
    }

    /// <summary>What the test does at each stage; the call goes on behind it.</summary>
    public Func<Stage, Task>? At { get; set; }

    public async ValueTask<ExchangeAnswer> ExchangeAsync(IReadOnlyList<TagRecord> tags, ExchangeRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _exchanges);
        await ReachAsync(Stage.BeginsExchange);
        var answer = await inner.ExchangeAsync(tags, request, cancellationToken);
        await ReachAsync(Stage.EndsExchange);
        return answer;
    }

    public ValueTask OpenAsync(CancellationToken cancellationToken) => inner.OpenAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    public ValueTask ExpireAsync(CancellationToken cancellationToken) => inner.ExpireAsync(cancellationToken);

    public async ValueTask<TagRecord?> FindTagAsync(string name, CancellationToken cancellationToken)
    {
        await ReachAsync(Stage.FindsTag);
        return await inner.FindTagAsync(name, cancellationToken);
    }

    public ValueTask<IReadOnlyList<TagRecord>> FindTagsAsync(string prefix, string? after, int limit, CancellationToken cancellationToken) =>
        inner.FindTagsAsync(prefix, after, limit, cancellationToken);

    public ValueTask<TagRecord> CreateTagAsync(TagRecord tag, CancellationToken cancellationToken) => inner.CreateTagAsync(tag, cancellationToken);

    public ValueTask<int> SetUpJobsAsync(TagRecord tag, JobSetup setup, CancellationToken cancellationToken) =>
        inner.SetUpJobsAsync(tag, setup, cancellationToken);

    public ValueTask<HeartbeatAnswer> HeartbeatAsync(IReadOnlyList<TagRecord> tags, Heartbeat heartbeat, CancellationToken cancellationToken) =>
        inner.HeartbeatAsync(tags, heartbeat, cancellationToken);

    public ValueTask SessionLostAsync(IReadOnlyList<string> workers, CancellationToken cancellationToken) =>
        inner.SessionLostAsync(workers, cancellationToken);

    public ValueTask<TagProgress> GetProgressAsync(TagRecord tag, IReadOnlyList<string?> waiting, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _looks);
        return inner.GetProgressAsync(tag, waiting, cancellationToken);
    }

    public ValueTask<TagSummary> GetSummaryAsync(TagRecord tag, CancellationToken cancellationToken) =>
        inner.GetSummaryAsync(tag, cancellationToken);

    public ValueTask<IReadOnlyList<JobResult>> ReadResultsAsync(TagRecord tag, ResultQuery query, CancellationToken cancellationToken) =>
        inner.ReadResultsAsync(tag, query, cancellationToken);

    public ValueTask<JobPage> ReadJobsAsync(TagRecord tag, JobQuery query, CancellationToken cancellationToken) =>
        inner.ReadJobsAsync(tag, query, cancellationToken);

    public ValueTask<ChangedJobs> RetryAsync(
        TagRecord tag, IReadOnlyList<int>? jobIds, TimeSpan? silentFor, bool cancelled, CancellationToken cancellationToken) =>
        inner.RetryAsync(tag, jobIds, silentFor, cancelled, cancellationToken);

    public ValueTask<ChangedJobs> CancelAsync(TagRecord tag, IReadOnlyList<int>? jobIds, CancellationToken cancellationToken) =>
        inner.CancelAsync(tag, jobIds, cancellationToken);

    public ValueTask SetPausedAsync(TagRecord tag, bool paused, CancellationToken cancellationToken) =>
        inner.SetPausedAsync(tag, paused, cancellationToken);

    public ValueTask UpdateTagAsync(TagRecord tag, TagUpdate update, CancellationToken cancellationToken) =>
        inner.UpdateTagAsync(tag, update, cancellationToken);

    public ValueTask<TagRecord> SetViewKeyAsync(TagRecord tag, ReadOnlyMemory<byte> viewKey, CancellationToken cancellationToken) =>
        inner.SetViewKeyAsync(tag, viewKey, cancellationToken);

    public ValueTask<bool> DeleteTagAsync(TagRecord tag, TimeSpan? ifUnusedFor, CancellationToken cancellationToken) =>
        inner.DeleteTagAsync(tag, ifUnusedFor, cancellationToken);

    public ValueTask NoteUpTimeAsync(TimeSpan upTime, CancellationToken cancellationToken) => inner.NoteUpTimeAsync(upTime, cancellationToken);

    public ValueTask AddNoteAsync(TagRecord tag, TagNote note, bool replace, long mostBytes, CancellationToken cancellationToken) =>
        inner.AddNoteAsync(tag, note, replace, mostBytes, cancellationToken);

    public ValueTask<IReadOnlyList<TagNote>> GetNotesAsync(TagRecord tag, string kind, CancellationToken cancellationToken) =>
        inner.GetNotesAsync(tag, kind, cancellationToken);

    private Task ReachAsync(Stage stage) => At?.Invoke(stage) ?? Task.CompletedTask;
}
