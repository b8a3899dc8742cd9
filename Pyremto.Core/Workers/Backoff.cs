namespace Pyremto;

/// <summary>Delays that double from a first one up to a longest, each shortened by up to half at random so that workers do not march in step.</summary>
internal struct Backoff(TimeSpan first, TimeSpan longest, IRandomSource random)
{
    private int _tries;

    public TimeSpan Next()
    {
        var full = first.TotalSeconds * Math.Pow(2, Math.Min(_tries, 30));
        _tries++;
        return TimeSpan.FromSeconds(Math.Min(full, longest.TotalSeconds) * (0.5 + (0.5 * random.NextFraction())));
    }

    public void Reset() => _tries = 0;
}
