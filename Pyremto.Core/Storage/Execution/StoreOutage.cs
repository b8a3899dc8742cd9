namespace Pyremto;

/// <summary>
/// The time in which a store cannot keep changes, as on a full disk. Each attempt that fails costs building memory up again, so that
/// changes are refused without one until a pause is over, which grows. Plain decisions for one thread.
/// </summary>
internal sealed class StoreOutage(TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private long _since;
    private long _lastFailure;
    private int _failures;

    /// <summary>Why nothing is kept, as callers are told; null while there is no outage.</summary>
    public StoreUnavailableException? Told { get; private set; }

    /// <summary>How many changes were refused in it.</summary>
    public long Refused { get; set; }

    /// <summary>How long it has lasted.</summary>
    public TimeSpan Duration => time.GetElapsedTime(_since);

    /// <summary>Whether changes are to be tried. Right after the first failure they are: it may have been a single one.</summary>
    public bool MayTry => _failures <= 1 || time.GetElapsedTime(_lastFailure) >= Pause;

    private TimeSpan Pause => FirstPause * (1 << Math.Min(_failures - 2, 10)) is var pause && pause < LongestPause ? pause : LongestPause;

    /// <summary>An attempt failed; true if an outage begins by it.</summary>
    public bool Failed(Exception error)
    {
        var begins = Told is null;
        Told = new StoreUnavailableException(
            $"The store could not keep the change: {error.Message} It is unknown whether it took effect: repeat the call.", error);
        _lastFailure = time.GetTimestamp();
        _failures++;
        if (begins)
            (_since, Refused) = (_lastFailure, 0);
        return begins;
    }

    /// <summary>Changes were kept.</summary>
    public void End() => (Told, _failures) = (null, 0);
}
