namespace Pyremto;

/// <summary>
/// Counts the failures in a row of one worker, all of its slots together. A job that the worker failed before does not count again.
/// Thread-safe.
/// </summary>
/// <param name="limit">How many trip it; null or 0 for never.</param>
internal sealed class FailureBreaker(int? limit)
{
    private const int MostRemembered = 100_000;

    private readonly Lock _gate = new();
    private readonly HashSet<(Guid Instance, int JobId)> _failedBefore = [];
    private int _inARow;

    /// <summary>Whether too many failed; it never closes again.</summary>
    public bool Tripped { get; private set; }

    public int InARow
    {
        get
        {
            lock (_gate)
                return _inARow;
        }
    }

    public void Succeeded()
    {
        lock (_gate)
            _inARow = 0;
    }

    /// <summary>Counts a failure; true if it is the one that trips.</summary>
    public bool Failed(Guid instance, int jobId)
    {
        lock (_gate)
        {
            if (_failedBefore.Count >= MostRemembered)
                _failedBefore.Clear();
            if (!_failedBefore.Add((instance, jobId)))
                return false;
            _inARow++;
            if (Tripped || limit is not > 0 || _inARow < limit)
                return false;
            Tripped = true;
            return true;
        }
    }
}
