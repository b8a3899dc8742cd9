namespace Pyremto;

/// <summary>
/// Counts what may happen often, and tells when to say it: at once, then once a minute at most. For transports; thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class RareNotice(TimeProvider time)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long _unsaid;
    private long? _saidAt;

    /// <summary>It happened.</summary>
    /// <returns>How often, since it was last said, where it is to be said now; 0 where it is not.</returns>
    public long Count()
    {
        lock (_gate)
        {
            _unsaid++;
            var now = time.GetTimestamp();
            if (_saidAt is { } last && time.GetElapsedTime(last, now) < Quiet)
                return 0;
            _saidAt = now;
            (var count, _unsaid) = (_unsaid, 0);
            return count;
        }
    }
}
