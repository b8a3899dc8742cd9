namespace Pyremto.Tests.Simulation;

/// <summary>How much of what goes wrong in a run, and what is worked on; drawn at its beginning, so that some runs are quiet and others
/// wild.</summary>
internal sealed record Faults
{
    public required int Workers { get; init; }

    public required int Jobs { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>How long things go wrong; in some runs nothing does.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How long owners steer: beyond the time in which things go wrong, so that what holds when nothing does is seen
    /// too.</summary>
    public required TimeSpan Steering { get; init; }

    /// <summary>How often a coordinator's state is looked at; rarely, since a look is also a call, which finds leases that have
    /// ended.</summary>
    public required TimeSpan BetweenLooks { get; init; }

    /// <summary>How many workers take several jobs at a time, or are anonymous.</summary>
    public required int Batches { get; init; }

    /// <summary>How often a commit fails.</summary>
    public required double CommitFails { get; init; }

    /// <summary>How often the coordinator dies at a commit.</summary>
    public required double CoordinatorDies { get; init; }

    /// <summary>The mean time between two misfortunes of one worker's process.</summary>
    public required TimeSpan BetweenMisfortunes { get; init; }

    /// <summary>The mean time between two words of the owner.</summary>
    public required TimeSpan BetweenVerbs { get; init; }

    public static Faults Of(World world)
    {
        var duration = world.Chance(0.15) ? TimeSpan.Zero : world.Seconds(30, 400);
        return new Faults
        {
            Workers = 1 + world.Below(5),
            Jobs = 1 + world.Below(30),
            Tags = world.Chance(0.4) ? ["a", "b"] : ["a"],
            Duration = duration,
            Steering = duration + world.Seconds(duration == TimeSpan.Zero ? 60 : 0, 250),
            BetweenLooks = world.OneOf(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(90)),
            Batches = world.OneOf(0, 0, 1, 2),
            CommitFails = world.OneOf(0, 0.005, 0.05),
            CoordinatorDies = world.OneOf(0, 0.002, 0.02),
            BetweenMisfortunes = world.OneOf(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60), TimeSpan.FromHours(1)),
            BetweenVerbs = world.OneOf(TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(60), TimeSpan.FromHours(1)),
        };
    }
}
