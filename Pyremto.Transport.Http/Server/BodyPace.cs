using System.IO.Pipelines;

namespace Pyremto;

/// <summary>
/// Ends bodies that come too slowly, whatever the server's own least rate is: after some time of grace, what has come has to have come at
/// <see cref="BytesPerSecond"/>.
/// </summary>
internal sealed class BodyPace : IDisposable
{
    /// <summary>What a slow uplink has, and our own client counts on.</summary>
    public const int BytesPerSecond = 16 << 10;

    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenRegistration _ending;

    /// <param name="reader">The body's reader, whose read is cancelled.</param>
    /// <param name="time">The clock.</param>
    public BodyPace(PipeReader reader, TimeProvider time)
    {
        _time = time;
        _start = time.GetTimestamp();
        _limit = new CancellationTokenSource(Grace, time);
        _ending = _limit.Token.UnsafeRegister(static body => ((PipeReader)body!).CancelPendingRead(), reader);
    }

    /// <summary>Whether it came too slowly.</summary>
    public bool IsTooSlow => _limit.IsCancellationRequested;

    /// <summary>So much has come.</summary>
    public void Came(long bytes)
    {
        var left = Grace + TimeSpan.FromSeconds((double)bytes / BytesPerSecond) - _time.GetElapsedTime(_start);
        _limit.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }

    public void Dispose()
    {
        _ending.Dispose();
        _limit.Dispose();
    }
}
