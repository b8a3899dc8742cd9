namespace Pyremto;

/// <summary>
/// The time at which a store's changes are decided: it begins at what the wall clock says, and goes on with the monotonic one, so that a
/// wall clock that is set does no lease any harm (S10). Where the wall clock ran ahead, the coordinator's machine slept or the clock was
/// put forward; nobody could be heard meanwhile, so all leases begin anew.
/// </summary>
internal sealed class StoreClock
{
    /// <summary>By less than this the shown times do not follow the wall clock, so that what lies between two of them is true.</summary>
    private static readonly long Tolerance = TimeSpan.FromMilliseconds(100).ToMicros();

    /// <summary>Less than this does a lease no harm.</summary>
    private static readonly long Nap = TimeSpan.FromSeconds(2).ToMicros();

    private readonly TimeProvider _time;
    private readonly StoreState _state;
    private readonly long _begin;
    private readonly long _beginTimestamp;

    public StoreClock(TimeProvider time, StoreState state)
    {
        (_time, _state) = (time, state);
        (_begin, _beginTimestamp) = (time.GetUtcNow().ToMicros(), time.GetTimestamp());
    }

    /// <summary>The store's time. Thread-safe.</summary>
    public long Now => _begin + _time.GetElapsedTime(_beginTimestamp).ToMicros();

    /// <summary>The store's time for a change: the wall clock was looked at. Not thread-safe.</summary>
    public long Read()
    {
        var now = Now;
        var wall = _time.GetUtcNow().ToMicros();
        var ahead = wall - now - _state.Wall.Ahead;
        if (Math.Abs(ahead) > Tolerance)
            Follow(ahead, wall);
        return now;
    }

    private void Follow(long ahead, long wall)
    {
        // The wall clock was read between two looks at the other one: a thread that is held up in here has not slept.
        var now = Now;
        var atLeast = wall - now - _state.Wall.Ahead;
        if (Math.Abs(atLeast) <= Tolerance || (atLeast < 0) != (ahead < 0))
            return;
        _state.Wall.Ahead += atLeast;
        if (atLeast > Nap)
            _state.RenewLeases(now);
    }
}
