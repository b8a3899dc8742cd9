namespace Pyremto.Benchmarks.Harness;

/// <summary>The system's clock, further on by what it was moved. Timers fire as ever. Thread-safe.</summary>
internal sealed class MovedClock : TimeProvider
{
    private long _ticks;

    public void Move(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Moved;

    public override long GetTimestamp() => (System.GetElapsedTime(0) + Moved).Ticks;

    private TimeSpan Moved => TimeSpan.FromTicks(Interlocked.Read(ref _ticks));
}
