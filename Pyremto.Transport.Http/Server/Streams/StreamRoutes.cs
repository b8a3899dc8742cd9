using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Pyremto;

/// <summary>Answers that go on: progress as it changes, and jobs that are no longer needed.</summary>
internal sealed class StreamRoutes(PyremtoServer server)
{
    private const int MostWorkers = 1024;
    private const int MostWatches = 256; // of an address, which may be a proxy's or a router's
    private static readonly RequestBody.Parse<NotNeededWatch> Watched = RequestBody.Contract(StrictJson.Contracts.NotNeededWatch);
    private static readonly byte[] EmptyLine = "\n"u8.ToArray();
    private static readonly byte[] Comment = ":\n\n"u8.ToArray();

    private readonly WatchPlaces _watches = new(MostWatches, mostWorkers: 16 * MostWorkers);

    /// <summary>Server-Sent Events: <c>progress</c> at once and as it changes, at most a few times a second.</summary>
    public async Task EventsAsync(HttpContext context)
    {
        var access = await server.AccessAsync(context).ConfigureAwait(false);
        using var end = End(context);
        var feed = server.Progress.Join(access);
        try
        {
            var step = feed.Step;
            var now = await server.Scheduler.GetProgressAsync(access, end.Token).ConfigureAwait(false); // throws what an ordinary answer can still tell
            Begin(context, HttpNames.EventStream);
            var items = feed.FollowAsync(ProgressFeed.EventOf(now), step, end.Token).GetAsyncEnumerator(end.Token);
            await using (items.ConfigureAwait(false))
                await RunAsync(context, items, static (output, bytes) => output.Write(bytes), Comment, hasItem: await items.MoveNextAsync().ConfigureAwait(false), end).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (server.Stopping.IsCancellationRequested)
        {
            // The host stops: the stream is over.
        }
        finally
        {
            server.Progress.Leave(feed);
        }
    }

    /// <summary>JSON lines: hand-outs of these workers that are no longer needed (S11), of the tags whose credentials came.</summary>
    public async Task NotNeededAsync(HttpContext context)
    {
        var body = await server.Body.ReadAsync(context, Watched).ConfigureAwait(false);
        if (body.Workers.Count is 0 or > MostWorkers || body.Workers.Any(worker => worker is not { Length: > 0 and <= WorkerId.MaxLength }))
            throw new InvalidRequestException($"workers names 1 to {MostWorkers} workers by ids of 1 to {WorkerId.MaxLength} characters.");
        var address = context.Connection.RemoteIpAddress;
        using var place = _watches.Enter(AddressNets.Widest(AddressNets.Key(address)), body.Workers.Count);
        var watch = body with { Tags = await server.Gate.AdmitSomeAsync(address, body.Tags).ConfigureAwait(false) };
        RequestBody.Verified(context);
        using var end = End(context);
        var items = server.Scheduler.WatchNotNeededAsync(watch, end.Token).GetAsyncEnumerator(end.Token);
        await using (items.ConfigureAwait(false))
        {
            Begin(context, HttpNames.JsonLines);
            await RunAsync(context, items, WriteLine, EmptyLine, hasItem: false, end).ConfigureAwait(false);
        }
    }

    private CancellationTokenSource End(HttpContext context) =>
        CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, server.Stopping);

    private static void Begin(HttpContext context, string contentType)
    {
        context.Response.ContentType = contentType;
        context.Response.Headers["X-Accel-Buffering"] = "no"; // a proxy may not gather it
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    private async Task RunAsync<T>(
        HttpContext context, IAsyncEnumerator<T> items, Action<IBufferWriter<byte>, T> write, ReadOnlyMemory<byte> signOfLife, bool hasItem,
        CancellationTokenSource end)
    {
        try
        {
            var stream = new LiveStream(context.Response.BodyWriter, server.Time, signOfLife);
            await stream.RunAsync(items, write, hasItem, end).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The host stops, or nobody reads any more: the stream is over.
        }
    }

    private static void WriteLine(IBufferWriter<byte> output, JobNotNeeded job)
    {
        using (var json = new Utf8JsonWriter(output))
            JsonSerializer.Serialize(json, job, StrictJson.Contracts.JobNotNeeded);
        output.Write("\n"u8);
    }
}
