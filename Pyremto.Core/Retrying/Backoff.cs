namespace Pyremto;

/// <summary>Delays that double from a first one up to a longest, each shortened by up to half at random so that callers do not march in step.</summary>
internal struct Backoff(TimeSpan first, TimeSpan longest, IRandomSource random)
{
    private int _tries;

    /// <summary>How long the next delay is at the most.</summary>
    public readonly TimeSpan Coming =>
        TimeSpan.FromSeconds(Math.Min(first.TotalSeconds * Math.Pow(2, Math.Min(_tries, 30)), longest.TotalSeconds));

    public TimeSpan Next()
    {
        var delay = Coming * (0.5 + (0.5 * random.NextFraction()));
        _tries++;
        return delay;
    }

    public void Reset() => _tries = 0;
}
