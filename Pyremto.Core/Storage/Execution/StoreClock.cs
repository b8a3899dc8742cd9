namespace Pyremto;

/// <summary>
/// The time at which a store's changes are decided. Leases end by the wall clock; where that ran ahead of the monotonic one, the coordinator's
/// machine slept or its clock was put forward. Meanwhile nobody could be heard, so silence says nothing about workers, and their leases begin
/// anew (S10). Not thread-safe.
/// </summary>
internal sealed class StoreClock(TimeProvider time, StoreState state)
{
    /// <summary>Less than this does a lease no harm: the small steps by which clocks are set.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    private long _lastTimestamp = time.GetTimestamp();
    private DateTimeOffset _lastLook = time.GetUtcNow();

    /// <summary>The time now, in microseconds; what could not be heard is forgiven by then.</summary>
    public long Read()
    {
        var now = time.GetUtcNow().ToMicros();
        if (now >= state.NextDeadline && WasAway())
            state.RenewLeases(now);
        return now;
    }

    private bool WasAway()
    {
        // The wall clock between two looks at the other one: a thread that is held up in here has not slept.
        var timestamp = time.GetTimestamp();
        var look = time.GetUtcNow();
        var ahead = look - _lastLook - time.GetElapsedTime(_lastTimestamp);
        (_lastTimestamp, _lastLook) = (timestamp, look);
        return ahead > Tolerance;
    }
}
