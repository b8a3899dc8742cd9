namespace Pyremto;

/// <summary>Wakes the store when the next lease may end (S10): one timer, set for the earliest deadline, never a poll.</summary>
internal sealed class LeaseTimer : IDisposable
{
    private static readonly TimeSpan AfterAFailure = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40); // what a timer takes

    private readonly Lock _gate = new();
    private readonly IJobStore _store;
    private readonly ITimer _timer;
    private bool _isDisposed;

    public LeaseTimer(IJobStore store, TimeProvider time)
    {
        _store = store;
        _timer = time.CreateTimer(
            static state => _ = ((LeaseTimer)state!).ExpireAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Sets the timer for the store's next deadline.</summary>
    public void Arm()
    {
        lock (_gate)
        {
            if (_isDisposed || _store.NextDeadlineIn is not { } due)
                return;
            due = due < TimeSpan.Zero ? TimeSpan.Zero : due > LongestTimer ? LongestTimer : due;
            // Never early: timers count whole milliseconds.
            _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(due.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_gate)
            _isDisposed = true;
        _timer.Dispose();
    }

    private async Task ExpireAsync()
    {
        try
        {
            await _store.ExpireAsync(CancellationToken.None).ConfigureAwait(false);
            Arm();
        }
        catch (StoreUnavailableException) // the store's log tells why
        {
            lock (_gate)
            {
                if (_isDisposed)
                    return;
                _timer.Change(AfterAFailure, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
