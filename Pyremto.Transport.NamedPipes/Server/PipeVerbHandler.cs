using System.Buffers;

namespace Pyremto;

/// <summary>Serves one <see cref="PipeVerb"/>: reads its request, asks the scheduler, writes what it answers.</summary>
internal abstract class PipeVerbHandler
{
    private static readonly PipeVerbHandler?[] All = CreateAll();

    /// <summary>The handler of a verb; null for one that this version does not know.</summary>
    public static PipeVerbHandler? Find(byte verb) => verb < All.Length ? All[verb] : null;

    /// <summary>Reads the request, which is valid only until this returns, and begins to serve it.</summary>
    public abstract Task ServeAsync(ServerConnection connection, ServerCall call, in ReadOnlySequence<byte> body);

    private static PipeVerbHandler?[] CreateAll()
    {
        var all = new PipeVerbHandler?[64];

        Hot<ExchangeRequest, ExchangeAnswer>(PipeVerb.Exchange, static (s, r, token) => s.ExchangeAsync(r, token));
        Hot<Heartbeat, HeartbeatAnswer>(PipeVerb.Heartbeat, static (s, r, token) => s.HeartbeatAsync(r, token));
        Watch<NotNeededWatch, JobNotNeeded>(PipeVerb.WatchNotNeeded, static (s, r, token) => s.WatchNotNeededAsync(r, token));

        Call<TagExistsCall, bool>(PipeVerb.TagExists, static (s, r, token) => s.TagExistsAsync(r.Tag, token));
        Call<TagCall, TagProgress>(PipeVerb.GetProgress, static (s, r, token) => s.GetProgressAsync(r.Tag, token));
        Watch<TagCall, TagProgress>(PipeVerb.WatchProgress, static (s, r, token) => s.WatchProgressAsync(r.Tag, token));
        Stream<GetResultsCall, JobResult>(PipeVerb.GetResults, static (s, r, token) => s.GetResultsAsync(r.Tag, r.Query, token));
        Call<GetJobsCall, JobPage>(PipeVerb.GetJobs, static (s, r, token) => s.GetJobsAsync(r.Tag, r.Query, token));
        Call<GetNotesCall, IReadOnlyList<TagNote>>(PipeVerb.GetNotes, static (s, r, token) => s.GetNotesAsync(r.Tag, r.Kind, token));

        Call<CreateTag, CreatedTag>(PipeVerb.CreateTag, static (s, r, token) => s.CreateTagAsync(r, token));
        Call<SetUpJobsCall, int>(PipeVerb.SetUpJobs, static (s, r, token) => s.SetUpJobsAsync(r.Tag, r.Setup, token));
        Call<RetryCall, ChangedJobs>(PipeVerb.Retry, static (s, r, token) => s.RetryAsync(r.Tag, r.Jobs, r.SilentFor, r.Cancelled, token));
        Call<CancelCall, ChangedJobs>(PipeVerb.Cancel, static (s, r, token) => s.CancelAsync(r.Tag, r.Jobs, token));
        Do<SetPausedCall>(PipeVerb.SetPaused, static (s, r, token) => r.Paused ? s.PauseAsync(r.Tag, token) : s.ResumeAsync(r.Tag, token));
        Do<UpdateTagCall>(PipeVerb.UpdateTag, static (s, r, token) => s.UpdateTagAsync(r.Tag, r.Update, token));
        Do<TagCall>(PipeVerb.DeleteTag, static (s, r, token) => s.DeleteTagAsync(r.Tag, token));
        Call<IssueViewTokenCall, string>(PipeVerb.IssueViewToken, static (s, r, token) => s.IssueViewTokenAsync(r.Tag, r.Lifetime, token));
        Call<TagCall, string>(PipeVerb.RotateViewTokens, static (s, r, token) => s.RotateViewTokensAsync(r.Tag, token));
        Do<AddNoteCall>(PipeVerb.AddNote, static (s, r, token) => s.AddNoteAsync(r.Tag, r.Note, r.Replace, token));
        Stream<Nothing, TagSummary>(PipeVerb.ListTags, static (s, _, token) => s.ListTagsAsync(token));
        return all;

        void Hot<TRequest, TAnswer>(PipeVerb verb, Func<IJobScheduler, TRequest, CancellationToken, ValueTask<TAnswer>> ask) =>
            all[(byte)verb] = new CallHandler<TRequest, TAnswer>(ask, isQuick: true);

        void Call<TRequest, TAnswer>(PipeVerb verb, Func<IJobScheduler, TRequest, CancellationToken, ValueTask<TAnswer>> ask) =>
            all[(byte)verb] = new CallHandler<TRequest, TAnswer>(ask, isQuick: false);

        void Do<TRequest>(PipeVerb verb, Func<IJobScheduler, TRequest, CancellationToken, ValueTask> ask) =>
            Call<TRequest, Nothing>(verb, async (scheduler, request, token) =>
            {
                await ask(scheduler, request, token).ConfigureAwait(false);
                return default;
            });

        void Stream<TRequest, TItem>(PipeVerb verb, Func<IJobScheduler, TRequest, CancellationToken, IAsyncEnumerable<TItem>> ask) =>
            all[(byte)verb] = new StreamHandler<TRequest, TItem>(ask, isWatch: false);

        void Watch<TRequest, TItem>(PipeVerb verb, Func<IJobScheduler, TRequest, CancellationToken, IAsyncEnumerable<TItem>> ask) =>
            all[(byte)verb] = new StreamHandler<TRequest, TItem>(ask, isWatch: true);
    }
}

/// <summary>A verb with one answer.</summary>
/// <param name="ask">What it asks of the scheduler.</param>
/// <param name="isQuick">
/// Whether it decides in microseconds and may do so on the thread that reads the connection; all others must not hold up what comes
/// behind them.
/// </param>
internal sealed class CallHandler<TRequest, TAnswer>(
    Func<IJobScheduler, TRequest, CancellationToken, ValueTask<TAnswer>> ask, bool isQuick) : PipeVerbHandler
{
    public override Task ServeAsync(ServerConnection connection, ServerCall call, in ReadOnlySequence<byte> body)
    {
        var request = FrameBody.Read<TRequest>(body);
        if (request is ExchangeRequest { MayWait: true } exchange && !connection.TryLast(call))
            request = exchange.HasReports ? (TRequest)(object)(exchange with { Wait = TimeSpan.Zero }) : throw connection.TooManyCalls();
        return isQuick
            ? AnswerAsync(connection, call, request)
            : Task.Run(() => AnswerAsync(connection, call, request));
    }

    private async Task AnswerAsync(ServerConnection connection, ServerCall call, TRequest request)
    {
        try
        {
            var answer = await ask(connection.Scheduler, request, call.Token).ConfigureAwait(false);
            await connection.AnswerAsync(call, request, answer).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            connection.Fail(call, error);
        }
        connection.Ended(call);
    }
}

/// <summary>A verb whose answer is a stream of items.</summary>
/// <param name="ask">What it asks of the scheduler.</param>
/// <param name="isWatch">Whether it tells what happens from now on: then it begins before the calls that come behind it, which may be
/// what it is to tell of.</param>
internal sealed class StreamHandler<TRequest, TItem>(
    Func<IJobScheduler, TRequest, CancellationToken, IAsyncEnumerable<TItem>> ask, bool isWatch) : PipeVerbHandler
{
    public override Task ServeAsync(ServerConnection connection, ServerCall call, in ReadOnlySequence<byte> body)
    {
        var request = FrameBody.Read<TRequest>(body);
        if (!connection.TryLast(call))
            throw connection.TooManyCalls();
        return isWatch ? SendAsync(connection, call, request) : Task.Run(() => SendAsync(connection, call, request));
    }

    private async Task SendAsync(ServerConnection connection, ServerCall call, TRequest request)
    {
        try
        {
            await foreach (var item in ask(connection.Scheduler, request, call.Token).ConfigureAwait(false))
            {
                await call.Credit.WaitAsync(call.Token).ConfigureAwait(false);
                call.Credit.Spend(connection.Send(call, item));
            }
            connection.EndStream(call);
        }
        catch (Exception error)
        {
            connection.Fail(call, error);
        }
        connection.Ended(call);
    }
}
