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

    private DateTimeOffset _lastLook = time.GetUtcNow();
    private long _lastTimestamp = time.GetTimestamp();

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
        var (look, timestamp) = (time.GetUtcNow(), time.GetTimestamp());
        var ahead = look - _lastLook - time.GetElapsedTime(_lastTimestamp, timestamp);
        (_lastLook, _lastTimestamp) = (look, timestamp);
        return ahead > Tolerance;
    }
}
