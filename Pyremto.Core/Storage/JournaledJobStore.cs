using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <summary>
/// The store of one coordinator: ledgers in memory that decide, and a journal that keeps what they decided. Without a journal of its
/// own it is the in-memory store; with SQLite it is durable.
/// </summary>
internal sealed class JournaledJobStore : IJobStore
{
    private readonly IStoreExecutor _executor;
    private int _purgesWanted;

    public JournaledJobStore(IStoreExecutor executor) => _executor = executor;

    /// <summary>A store that keeps everything in memory, and nothing when its process ends.</summary>
    public static JournaledJobStore InMemory(TimeProvider time) => new(new LockedExecutor(new MemoryJournal(), time));

    /// <summary>A store in an SQLite file, which it owns while it is open.</summary>
    public static JournaledJobStore Sqlite(string path, TimeProvider time, ILogger logger) =>
        new(new GroupCommitExecutor(new SqliteJournal(path, time, logger), time, logger));

    public IJobStoreObserver? Observer
    {
        set => _executor.Observer = value;
    }

    public int MostTags
    {
        set => _executor.State.MostTags = value;
    }

    public TimeSpan? NextDeadlineIn =>
        _executor.State.NextDeadline is var deadline && deadline == long.MaxValue ? null : UnixTime.SpanFromMicros(deadline - _executor.Clock.Now);

    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        await _executor.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (_executor.State.HasRemains)
            BeginPurge();
    }

    public ValueTask DisposeAsync() => _executor.DisposeAsync();

    public ValueTask<TagRecord?> FindTagAsync(string name, CancellationToken cancellationToken) =>
        new(_executor.State.FindPublished(name));

    public ValueTask<IReadOnlyList<TagRecord>> FindTagsAsync(
        string prefix, string? after, int limit, CancellationToken cancellationToken) =>
        _executor.LookAsync<(string Prefix, string? After, int Limit), IReadOnlyList<TagRecord>>(
            static (state, page, _) => state.FindTags(page.Prefix, page.After, page.Limit), (prefix, after, limit), cancellationToken);

    public ValueTask<TagRecord> CreateTagAsync(TagRecord tag, CancellationToken cancellationToken) =>
        _executor.ExecuteAsync(static (state, tag, now) => state.CreateTag(tag, now), tag, cancellationToken);

    public ValueTask<int> SetUpJobsAsync(TagRecord tag, JobSetup setup, CancellationToken cancellationToken) =>
        _executor.ExecuteAsync(
            static (state, call, now) => state.SetUp(call.tag, call.setup, call.Item3, now),
            (tag, setup, DescriptionTable.Of(setup)), cancellationToken);

    public ValueTask<ExchangeAnswer> ExchangeAsync(
        IReadOnlyList<TagRecord> tags, ExchangeRequest request, CancellationToken cancellationToken) =>
        _executor.ExecuteAsync(
            static (state, call, now) => state.Exchange(call.tags, call.request, now), (tags, request), cancellationToken);

    public ValueTask<HeartbeatAnswer> HeartbeatAsync(
        IReadOnlyList<TagRecord> tags, Heartbeat heartbeat, CancellationToken cancellationToken) =>
        _executor.ExecuteAsync(
            static (state, call, now) => state.Heartbeat(call.tags, call.heartbeat, now), (tags, heartbeat), cancellationToken);

    public async ValueTask ExpireAsync(CancellationToken cancellationToken) =>
        await _executor.ExecuteAsync(
            static (state, _, now) =>
            {
                state.Expire(now);
                return true;
            },
            true, cancellationToken).ConfigureAwait(false);

    public async ValueTask SessionLostAsync(IReadOnlyList<string> workers, CancellationToken cancellationToken) =>
        await _executor.ExecuteAsync(
            static (state, workers, now) =>
            {
                state.LoseWorkers(workers, now);
                return true;
            },
            workers, cancellationToken).ConfigureAwait(false);

    public ValueTask<TagProgress> GetProgressAsync(
        TagRecord tag, IReadOnlyList<string?> waiting, CancellationToken cancellationToken) =>
        _executor.LookAsync(
            static (state, call, now) => state.Progress(call.tag, call.waiting, now), (tag, waiting), cancellationToken);

    public ValueTask<TagSummary> GetSummaryAsync(TagRecord tag, CancellationToken cancellationToken) =>
        _executor.LookAsync(static (state, tag, _) => state.Summary(tag), tag, cancellationToken);

    public async ValueTask<IReadOnlyList<JobResult>> ReadResultsAsync(
        TagRecord tag, ResultQuery query, CancellationToken cancellationToken)
    {
        var page = await _executor.LookAsync(
            static (state, call, now) => state.PageOfResults(call.tag, call.query, now), (tag, query), cancellationToken).ConfigureAwait(false);
        return await _executor.ReadAsync(
            static (reader, page) => reader.ReadResults(page.Tag, page.Jobs), page, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<JobPage> ReadJobsAsync(TagRecord tag, JobQuery query, CancellationToken cancellationToken)
    {
        var page = await _executor.LookAsync(
            static (state, call, now) => state.PageOfJobs(call.tag, call.query, now), (tag, query), cancellationToken).ConfigureAwait(false);
        var attempts = await _executor.ReadAsync(
            static (reader, page) => reader.ReadAttempts(page.Tag, page.Pointers), page,
            cancellationToken).ConfigureAwait(false);
        var isCut = attempts.Count < page.Jobs.Count;
        var jobs = page.Jobs.Zip(attempts, (job, ofJob) => job with { Attempts = ofJob }).ToList();
        return new JobPage(jobs, page.IsLast && !isCut ? null : jobs[^1].JobId);
    }

    public ValueTask<ChangedJobs> RetryAsync(
        TagRecord tag, IReadOnlyList<int>? jobIds, TimeSpan? silentFor, bool cancelled, CancellationToken cancellationToken) =>
        _executor.ExecuteAsync(
            static (state, call, now) => state.Retry(call.tag, call.jobIds, call.silentFor?.ToMicros(), call.cancelled, now),
            (tag, jobIds, silentFor, cancelled), cancellationToken);

    public ValueTask<ChangedJobs> CancelAsync(TagRecord tag, IReadOnlyList<int>? jobIds, CancellationToken cancellationToken) =>
        _executor.ExecuteAsync(static (state, call, now) => state.Cancel(call.tag, call.jobIds, now), (tag, jobIds), cancellationToken);

    public async ValueTask SetPausedAsync(TagRecord tag, bool paused, CancellationToken cancellationToken) =>
        await _executor.ExecuteAsync(
            static (state, call, now) =>
            {
                state.SetPaused(call.tag, call.paused, now);
                return true;
            },
            (tag, paused), cancellationToken).ConfigureAwait(false);

    public async ValueTask UpdateTagAsync(TagRecord tag, TagUpdate update, CancellationToken cancellationToken) =>
        await _executor.ExecuteAsync(
            static (state, call, now) =>
            {
                state.Update(call.tag, call.update, now);
                return true;
            },
            (tag, update), cancellationToken).ConfigureAwait(false);

    public ValueTask<TagRecord> SetViewKeyAsync(TagRecord tag, ReadOnlyMemory<byte> viewKey, CancellationToken cancellationToken) =>
        _executor.ExecuteAsync(static (state, call, now) => state.SetViewKey(call.tag, call.viewKey, now), (tag, viewKey), cancellationToken);

    public async ValueTask<bool> DeleteTagAsync(TagRecord tag, TimeSpan? ifUnusedFor, CancellationToken cancellationToken)
    {
        var (isDeleted, hasRemains) = await _executor.ExecuteAsync(
            static (state, call, now) => (state.Delete(call.tag, call.ifUnusedFor?.ToMicros(), now), state.HasRemains), (tag, ifUnusedFor),
            cancellationToken).ConfigureAwait(false);
        if (hasRemains)
            BeginPurge();
        return isDeleted;
    }

    private void BeginPurge()
    {
        if (Interlocked.Increment(ref _purgesWanted) == 1)
            _ = PurgeAsync();
    }

    /// <summary>Removes what deleted tags left, a slice at a time, so that other callers' changes come between.</summary>
    private async Task PurgeAsync()
    {
        try
        {
            int wanted;
            do
            {
                wanted = Volatile.Read(ref _purgesWanted);
                while (await _executor.ExecuteAsync(static (state, _, _) => state.Purge(), true, CancellationToken.None).ConfigureAwait(false))
                {
                    // the next slice
                }
            }
            while (Interlocked.Add(ref _purgesWanted, -wanted) > 0);
        }
        catch (StoreUnavailableException) // it goes on at the next deletion, or the next start
        {
            Volatile.Write(ref _purgesWanted, 0);
        }
    }

    public async ValueTask NoteUpTimeAsync(TimeSpan upTime, CancellationToken cancellationToken) =>
        await _executor.ExecuteAsync(
            static (state, upTime, _) =>
            {
                state.NoteUpTime(upTime.ToMicros());
                return true;
            },
            upTime, cancellationToken).ConfigureAwait(false);

    public async ValueTask AddNoteAsync(
        TagRecord tag, TagNote note, bool replace, long mostBytes, CancellationToken cancellationToken) =>
        await _executor.ExecuteAsync(
            static (state, call, now) =>
            {
                state.AddNote(call.tag, call.note, call.replace, call.mostBytes, now);
                return true;
            },
            (tag, note, replace, mostBytes), cancellationToken).ConfigureAwait(false);

    public async ValueTask<IReadOnlyList<TagNote>> GetNotesAsync(TagRecord tag, string kind, CancellationToken cancellationToken)
    {
        var entered = await _executor.LookAsync(
            static (state, tag, now) => state.Enter(tag, now), tag, cancellationToken).ConfigureAwait(false);
        return await _executor.ReadAsync(
            static (reader, call) => reader.ReadNotes(call.entered, call.kind), (entered, kind), cancellationToken).ConfigureAwait(false);
    }
}
