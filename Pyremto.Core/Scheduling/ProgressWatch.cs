using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace Pyremto;

/// <summary>
/// The progress of one tag for all who watch it. Each step takes the place of the one before, so that who is slow misses steps, never the
/// last, and holds up nobody. Thread-safe.
/// </summary>
internal sealed class ProgressWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>How often a tag is looked at whose last worker may have gone without a word: nothing changes then but the time.</summary>
    private static readonly TimeSpan IdleInterval = TimeSpan.FromSeconds(15);

    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<TagRecord, CancellationToken, ValueTask<TagProgress>> _compute;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _computing = new(1);
    private volatile ProgressStep _latest = new(0, null, null);
    private readonly ITimer _lookAgain;
    private volatile TagProgress? _shown;
    private int _isChanged;

    public TagRecord Tag { get; }

    public ProgressWatch(TagRecord tag, Func<TagRecord, CancellationToken, ValueTask<TagProgress>> compute, TimeProvider time)
    {
        (Tag, _compute, _time) = (tag, compute, time);
        _lookAgain = time.CreateTimer(static watch => ((ProgressWatch)watch!).LookAgain(), this, IdleInterval, IdleInterval);
    }

    /// <summary>How many watch; belongs to <see cref="ProgressWatchers"/> and its lock.</summary>
    public int Watchers { get; set; }

    /// <summary>Whether no more steps will come.</summary>
    public bool IsOver => _latest.IsLast;

    public void Start() => _ = RunAsync(_stop.Token);

    /// <summary>Stops, when nobody watches any more.</summary>
    public void Dispose()
    {
        _lookAgain.Dispose();
        _stop.Cancel();
        _stop.Dispose();
    }

    public void End() => _changes.Writer.TryComplete();

    public void Changed()
    {
        if (Volatile.Read(ref _isChanged) == 0 && Interlocked.Exchange(ref _isChanged, 1) == 0)
            _changes.Writer.TryWrite(true);
    }

    /// <summary>How far the tag is now, and the number of the step that this counts as.</summary>
    /// <exception cref="TagUnknownException">It was deleted.</exception>
    public async ValueTask<(TagProgress Progress, long Step)> NowAsync(CancellationToken cancellationToken)
    {
        // Not while a step is computed: it would show less than what is shown here, and come later.
        await _computing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var progress = await _compute(Tag, cancellationToken).ConfigureAwait(false);
            Show(progress, isChanged: false);
            return (progress, _latest.Number);
        }
        finally
        {
            _computing.Release();
        }
    }

    /// <summary>Waits for a step after that one; null at the end.</summary>
    public async ValueTask<(TagProgress Progress, long Step)?> AfterAsync(long step, CancellationToken cancellationToken)
    {
        while (true)
        {
            var latest = _latest;
            if (latest.Number > step && latest.Progress is { } progress)
                return (progress, latest.Number);
            if (latest.IsLast)
            {
                latest.Error?.Throw();
                return null;
            }
            await latest.Replaced.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Where nobody has a job, no change tells that the last worker has gone.</summary>
    private void LookAgain()
    {
        if (_shown is { InProgress: 0, Waiting: > 0 })
            _changes.Writer.TryWrite(true);
    }

    private async Task RunAsync(CancellationToken stop)
    {
        ExceptionDispatchInfo? error = null;
        try
        {
            do
                await Task.Delay(Interval, _time, stop).ConfigureAwait(false);
            while (await StepAsync(stop).ConfigureAwait(false));
        }
        catch (TagUnknownException)
        {
            // It was deleted while it was watched: that is the end.
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody watches any more.
        }
        catch (Exception failure)
        {
            error = ExceptionDispatchInfo.Capture(failure);
        }
        Publish(new ProgressStep(_latest.Number + 1, null, error));
    }

    /// <summary>Waits for a change and shows it; false at the end.</summary>
    private async Task<bool> StepAsync(CancellationToken stop)
    {
        if (!await _changes.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
            return false;
        _changes.Reader.TryRead(out _);
        var isChanged = Interlocked.Exchange(ref _isChanged, 0) != 0; // what changes from now on is another step
        await _computing.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            var progress = await _compute(Tag, stop).ConfigureAwait(false);
            Show(progress, isChanged);
        }
        finally
        {
            _computing.Release();
        }
        return true;
    }

    /// <summary>Publishes what has changed, be it time alone that changed it: nobody else looks for that again.</summary>
    private void Show(TagProgress progress, bool isChanged)
    {
        var shown = _shown;
        if (isChanged || (shown is not null && (progress.LiveWorkers != shown.LiveWorkers || progress.NoWorkerSince != shown.NoWorkerSince)))
            Publish(new ProgressStep(_latest.Number + 1, progress, null));
        _shown = progress;
    }

    private void Publish(ProgressStep step)
    {
        var before = _latest;
        _latest = step;
        before.Replaced.TrySetResult();
    }

    /// <summary>A step; without progress it is the last.</summary>
    private sealed record ProgressStep(long Number, TagProgress? Progress, ExceptionDispatchInfo? Error)
    {
        public TaskCompletionSource Replaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsLast => Number > 0 && Progress is null;
    }
}
