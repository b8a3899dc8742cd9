namespace Pyremto;

/// <summary>
/// Lets calls wait until the coordinator watches what the same process began to watch before, as it is without a network between: else what
/// a call does could be missed by its own process. It waits no longer than a moment, since a proxy may hold a stream back. Thread-safe.
/// </summary>
internal sealed class BeginningWatches(TimeProvider time)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private volatile Task? _begin;

    /// <summary>Whether there is something to wait for.</summary>
    public bool Any => _begin is { IsCompleted: false };

    /// <summary>A watch begins; it has begun, or has not, when what is returned is disposed.</summary>
    public IDisposable Begin()
    {
        var beginning = new Beginning();
        lock (_gate)
            _begin = Any ? Task.WhenAll(_begin!, beginning.Task) : beginning.Task;
        return beginning;
    }

    /// <summary>Waits for all that began so far.</summary>
    public async ValueTask BegunAsync(CancellationToken cancellationToken)
    {
        if (_begin is not { } begin)
            return;
        try
        {
            await begin.WaitAsync(Moment, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // A heartbeat tells what is missed.
        }
    }

    private sealed class Beginning : IDisposable
    {
        private readonly TaskCompletionSource _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Task => _source.Task;

        public void Dispose() => _source.TrySetResult();
    }
}
