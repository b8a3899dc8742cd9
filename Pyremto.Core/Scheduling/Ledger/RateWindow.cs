namespace Pyremto;

/// <summary>
/// Jobs done a second over a sliding window: 32 samples at least a second apart, so that it spans half a minute of quick jobs or the
/// last 32 of slow ones.
/// </summary>
internal sealed class RateWindow
{
    private const int Samples = 32;

    private readonly (long At, int Done)[] _samples = new (long, int)[Samples];
    private int _count;

    /// <summary>Notes that work begins; does nothing once it began.</summary>
    public void Start(long now, int done)
    {
        if (_count == 0)
            _samples[_count++] = (now, done);
    }

    /// <summary>Notes that <paramref name="done"/> jobs are done now.</summary>
    public void Note(long now, int done)
    {
        if (_count == 0 || now - _samples[(_count - 1) % Samples].At >= UnixTime.MicrosPerSecond)
            _samples[_count++ % Samples] = (now, done);
    }

    /// <summary>Jobs a second, or null before it is known; it falls while nothing comes.</summary>
    public double? PerSecond(long now, int done)
    {
        if (_count == 0)
            return null;
        var (at, before) = _samples[_count > Samples ? _count % Samples : 0];
        return now <= at || done <= before ? null : (done - before) * (double)UnixTime.MicrosPerSecond / (now - at);
    }
}
