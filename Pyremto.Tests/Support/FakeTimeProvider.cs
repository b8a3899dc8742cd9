namespace Pyremto.Tests.Support;

/// <summary>
/// A clock that moves only when it is told to. Timers fire on the thread that advances it, in the order in which they are due, each
/// at its own moment: a callback sees the time it was due at, not the end of the advance.
/// One that is due at once fires at the next advance, be it by nothing. Thread-safe.
/// </summary>
public sealed class FakeTimeProvider(DateTimeOffset start) : TimeProvider
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly SortedSet<FakeTimer> _timers = new(Comparer<FakeTimer>.Create(
        (one, other) => (one.Due, one.Armed).CompareTo((other.Due, other.Armed))));
    private readonly List<Waiter> _waiters = [];
    private readonly List<(TimeSpan Due, TaskCompletionSource Gone)> _goneWaiters = [];
    private DateTimeOffset _start = start;
    private TimeSpan _elapsed;
    private long _armed;

    public FakeTimeProvider()
        : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How far the clock was advanced since it was made; wall-clock jumps do not count.</summary>
    public TimeSpan Elapsed
    {
        get
        {
            lock (_gate)
                return _elapsed;
        }
    }

    /// <summary>How many timers are running.</summary>
    public int RunningTimers
    {
        get
        {
            lock (_gate)
                return _timers.Count;
        }
    }

    /// <summary>In how long the next timer fires; null if none is running.</summary>
    public TimeSpan? NextTimer
    {
        get
        {
            lock (_gate)
                return Earliest() is { } timer ? timer.Due - _elapsed : null;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _start + _elapsed;
    }

    public override long GetTimestamp()
    {
        lock (_gate)
            return _elapsed.Ticks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock on and fires what falls due on the way, timers that were started meanwhile included.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        TimeSpan target;
        lock (_gate)
            target = _elapsed + by;
        while (TakeDue(target) is { } timer)
            timer.Fire();
    }

    /// <summary>Moves the clock to the next timer and fires it, with all others that are due at that moment. False if none is running.</summary>
    public bool AdvanceToNextTimer()
    {
        if (NextTimer is not { } next)
            return false;
        Advance(next > TimeSpan.Zero ? next : TimeSpan.Zero);
        return true;
    }

    /// <summary>Sets the wall clock forward or back as an operator or NTP would: timers and timestamps do not notice.</summary>
    public void JumpWallClock(TimeSpan by)
    {
        lock (_gate)
            _start += by;
    }

    /// <summary>
    /// Completes once a timer is running that fires in exactly <paramref name="due"/>: the code under test has come to where it
    /// waits for that long. Fails after a minute of real time.
    /// </summary>
    public async Task UntilTimerAsync(TimeSpan due) =>
        await UntilTimerAsync(remaining => remaining == due, $"in {due}");

    /// <summary>How many timers are running that fire in exactly that time.</summary>
    public int TimersThatFireIn(TimeSpan due)
    {
        lock (_gate)
            return _timers.Count(timer => timer.Due - _elapsed == due);
    }

    /// <summary>
    /// Moves the clock from timer to timer until the task is complete, over those alone that fire within <paramref name="longest"/>, zero
    /// included. However late the code under test starts its timers, each fires at its own moment, and the clock goes no further. Fails
    /// after a minute of real time without such a timer.
    /// </summary>
    public async Task AdvanceUntilAsync(Task task, TimeSpan longest)
    {
        ArgumentNullException.ThrowIfNull(task);
        while (!task.IsCompleted)
        {
            await await Task.WhenAny(task, UntilTimerAsync(due => due <= longest, $"within {longest}"));
            if (!task.IsCompleted && NextTimer is { } next && next <= longest)
                Advance(next > TimeSpan.Zero ? next : TimeSpan.Zero);
        }
        await task;
    }

    /// <summary>As <see cref="UntilTimerAsync(TimeSpan)"/>, for a timer whose remaining time fits.</summary>
    public async Task UntilTimerAsync(Func<TimeSpan, bool> fits, string description = "in a time that fits")
    {
        ArgumentNullException.ThrowIfNull(fits);
        var waiter = new Waiter(fits);
        lock (_gate)
        {
            if (_timers.Any(timer => fits(timer.Due - _elapsed)))
                return;
            _waiters.Add(waiter);
        }
        try
        {
            await waiter.Found.Task.WaitAsync(Patience, System);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"No timer that fires {description} was started. Running now: [{DescribeTimers()}].", late);
        }
        finally
        {
            lock (_gate)
                _waiters.Remove(waiter);
        }
    }

    /// <summary>
    /// Completes once no timer is running any more that fires in exactly <paramref name="due"/>: the code under test has given up to
    /// wait for that long. Fails after a minute of real time.
    /// </summary>
    public async Task UntilNoTimerAsync(TimeSpan due)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _goneWaiters.Add((due, gone));
            TellGone();
        }
        try
        {
            await gone.Task.WaitAsync(Patience, System);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"A timer that fires in {due} is still running: [{DescribeTimers()}].", late);
        }
        finally
        {
            lock (_gate)
                _goneWaiters.Remove((due, gone));
        }
    }

    /// <summary>A timer was stopped, or fired.</summary>
    private void TellGone()
    {
        foreach (var (due, gone) in _goneWaiters)
        {
            if (_timers.All(timer => timer.Due - _elapsed != due))
                gone.TrySetResult();
        }
    }

    private string DescribeTimers()
    {
        lock (_gate)
            return string.Join(", ", _timers.Select(timer => (timer.Due - _elapsed).ToString()));
    }

    /// <summary>Takes the next timer that is due until <paramref name="target"/> and sets the clock to it; at the end, to the target.</summary>
    private FakeTimer? TakeDue(TimeSpan target)
    {
        lock (_gate)
        {
            if (Earliest() is not { } timer || timer.Due > target)
            {
                _elapsed = target > _elapsed ? target : _elapsed;
                return null;
            }
            _elapsed = timer.Due > _elapsed ? timer.Due : _elapsed;
            _timers.Remove(timer);
            if (timer.Period > TimeSpan.Zero)
                Arm(timer, _elapsed + timer.Period);
            TellGone();
            return timer;
        }
    }

    private FakeTimer? Earliest() => _timers.Min;

    private void Arm(FakeTimer timer, TimeSpan due)
    {
        timer.Due = due;
        timer.Armed = _armed++;
        _timers.Add(timer);
        foreach (var waiter in _waiters)
        {
            if (waiter.Fits(due - _elapsed))
                waiter.Found.TrySetResult();
        }
    }

    private sealed record Waiter(Func<TimeSpan, bool> Fits)
    {
        public TaskCompletionSource Found { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class FakeTimer(FakeTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private bool _disposed;

        public TimeSpan Due { get; set; }

        public TimeSpan Period { get; private set; }

        /// <summary>Timers that are due at the same moment fire in the order in which they were armed.</summary>
        public long Armed { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                if (_disposed)
                    return false;
                clock._timers.Remove(this);
                Period = period;
                if (dueTime != Timeout.InfiniteTimeSpan)
                    clock.Arm(this, clock._elapsed + dueTime);
                clock.TellGone();
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                _disposed = true;
                clock._timers.Remove(this);
                clock.TellGone();
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
