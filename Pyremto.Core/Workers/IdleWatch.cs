namespace Pyremto;

/// <summary>Knows since when one worker runs no job in any of its slots. Thread-safe.</summary>
/// <param name="limit">How long it may be without one; null for ever.</param>
internal sealed class IdleWatch(TimeSpan? limit)
{
    private readonly Lock _gate = new();
    private int _running;
    private TimeSpan _since;

    public TimeSpan? Limit => limit;

    /// <summary>When the worker will have been idle for too long; null while a job runs or where there is no limit.</summary>
    public TimeSpan? EndsAt
    {
        get
        {
            if (limit is null)
                return null;
            lock (_gate)
                return _running > 0 ? null : _since + limit;
        }
    }

    public void JobStarted()
    {
        if (limit is null)
            return;
        lock (_gate)
            _running++;
    }

    public void JobEnded(TimeSpan now)
    {
        if (limit is null)
            return;
        lock (_gate)
        {
            _running--;
            _since = now > _since ? now : _since;
        }
    }
}
