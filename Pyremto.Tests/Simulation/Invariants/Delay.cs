namespace Pyremto.Tests.Simulation;

/// <summary>For how long a job that failed is not handed out again (S9); kept over restarts by the wall clock, which may be wrong by
/// then.</summary>
internal readonly record struct Delay(TimeSpan From, TimeSpan Length)
{
    private static readonly TimeSpan Rounding = TimeSpan.FromMicroseconds(2);

    /// <summary>Timers count whole milliseconds, and never fire early.</summary>
    private static readonly TimeSpan TimerStep = TimeSpan.FromMilliseconds(1);

    /// <summary>Before then it may not be handed out.</summary>
    public TimeSpan Earliest(World world) => world.LastJump >= From ? TimeSpan.Zero : From + Length - Rounding;

    /// <summary>From then on it has to be, whatever the clock did.</summary>
    /// <param name="restored">When the store was built up again.</param>
    public TimeSpan Latest(TimeSpan restored) => World.Latest(From, restored) + Length + TimerStep;
}
