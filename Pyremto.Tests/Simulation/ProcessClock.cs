namespace Pyremto.Tests.Simulation;

/// <summary>The clock as one process sees it: its timers end with it.</summary>
internal sealed class ProcessClock(SimulatedProcess process) : TimeProvider
{
    private readonly TimeProvider _clock = process.World.Clock;

    public override long TimestampFrequency => _clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

    public override long GetTimestamp() => _clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _clock.CreateTimer(state => process.Run(() => callback(state)), state, dueTime, period);
}
