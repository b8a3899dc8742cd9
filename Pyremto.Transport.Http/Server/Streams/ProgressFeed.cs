using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Text.Json;

namespace Pyremto;

/// <summary>
/// The progress of a tag as the bytes of Server-Sent Events, which all its viewers share. A step takes the place of the one before: who is slow misses steps,
/// never the last, and neither holds up others nor takes memory. Thread-safe.
/// </summary>
internal sealed class ProgressFeed(TagAccess access, TimeProvider time) : IDisposable
{
    private const int FewViewers = 50;

    /// <summary>How long a step stands at least for each viewer beyond a few: many get fewer steps, so that looking on never costs the workers much.</summary>
    private static readonly TimeSpan StandsForEachMore = TimeSpan.FromMilliseconds(7);

    private readonly CancellationTokenSource _stop = new();
    private volatile FeedStep _latest = new(0, null, null);

    public TagAccess Access { get; } = access;

    /// <summary>How many follow it; belongs to <see cref="ProgressFeeds"/> and its lock.</summary>
    public int Viewers { get; set; }

    /// <summary>Whether no more steps will come.</summary>
    public bool IsOver => _latest.IsLast;

    /// <summary>The number of the latest step.</summary>
    public long Step => _latest.Number;

    /// <summary>A step as it is sent.</summary>
    public static byte[] EventOf(TagProgress progress) =>
        [.. "event: progress\ndata: "u8, .. JsonSerializer.SerializeToUtf8Bytes(progress, StrictJson.Contracts.TagProgress), .. "\n\n"u8];

    /// <summary>Watches the tag until nobody follows any more, its end, or an error, which its viewers get.</summary>
    public async Task RunAsync(IJobScheduler scheduler)
    {
        var stop = _stop.Token;
        await Task.Yield();
        ExceptionDispatchInfo? error = null;
        try
        {
            await foreach (var progress in scheduler.WatchProgressAsync(Access, stop).ConfigureAwait(false))
            {
                Publish(new FeedStep(_latest.Number + 1, EventOf(progress), null));
                if (Viewers > FewViewers)
                    await Task.Delay((Viewers - FewViewers) * StandsForEachMore, time, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody follows any more.
        }
        catch (Exception failure)
        {
            error = ExceptionDispatchInfo.Capture(failure);
        }
        Publish(new FeedStep(_latest.Number + 1, null, error));
    }

    /// <summary>Stops, when nobody follows any more.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    /// <summary>What a viewer is sent: the first event, and each one behind a step that differs from the last.</summary>
    public async IAsyncEnumerable<byte[]> FollowAsync(byte[] first, long step, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sent = first;
        yield return first;
        while (true)
        {
            var latest = _latest;
            if (latest.IsLast)
            {
                latest.Error?.Throw();
                yield break;
            }
            if (latest.Number == step || latest.Event is not { } bytes)
            {
                await latest.Replaced.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }
            step = latest.Number;
            if (bytes.AsSpan().SequenceEqual(sent))
                continue;
            yield return sent = bytes;
        }
    }

    private void Publish(FeedStep step)
    {
        var before = _latest;
        _latest = step;
        before.Replaced.TrySetResult();
    }

    /// <summary>A step; without event it is the last.</summary>
    private sealed record FeedStep(long Number, byte[]? Event, ExceptionDispatchInfo? Error)
    {
        public TaskCompletionSource Replaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsLast => Number > 0 && Event is null;
    }
}
