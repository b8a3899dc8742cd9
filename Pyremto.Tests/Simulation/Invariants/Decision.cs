namespace Pyremto.Tests.Simulation;

/// <summary>What the store decided when it decided something that the journal tells: who asked, and what for.</summary>
/// <param name="Kind">What was asked.</param>
/// <param name="Workers">Who asked, or who is said to be gone.</param>
/// <param name="Tags">The tags that were asked for.</param>
/// <param name="Silence">For how long hand-outs have to have been silent that are given up.</param>
internal sealed record Decision(DecisionKind Kind, IReadOnlyList<string?> Workers, IReadOnlyList<Guid> Tags, TimeSpan? Silence = null)
{
    /// <summary>The jobs that a heartbeat names.</summary>
    public IReadOnlyList<HeldJob> Held { get; init; } = [];

    /// <summary>The jobs that were handed out by it.</summary>
    public HashSet<(Guid Instance, int JobId)> Given { get; } = [];

    /// <summary>What a store is asked by that argument of its decision.</summary>
    public static Decision? Of(object? argument, Func<string, IEnumerable<Guid>> withPrefix)
    {
        return argument switch
        {
            ValueTuple<IReadOnlyList<TagRecord>, ExchangeRequest>(var tags, var request) =>
                new Decision(DecisionKind.Exchange, [request.Worker], InstancesOf(tags, request.TagPrefix)),
            ValueTuple<IReadOnlyList<TagRecord>, Heartbeat>(var tags, var beat) =>
                new Decision(DecisionKind.Heartbeat, [beat.Worker], InstancesOf(tags, beat.TagPrefix)) { Held = beat.Jobs ?? [] },
            ValueTuple<TagRecord, IReadOnlyList<int>?, TimeSpan?, bool>(var tag, _, { } silence, _) =>
                new Decision(DecisionKind.GiveUpSilent, [], [tag.Instance], silence),
            IReadOnlyList<string> workers => new Decision(DecisionKind.SessionLost, workers, []),
            _ => null,
        };

        Guid[] InstancesOf(IReadOnlyList<TagRecord> tags, string? prefix) =>
            prefix is null ? [.. tags.Select(tag => tag.Instance)] : [.. withPrefix(prefix)];
    }
}

/// <summary>What was asked of the store.</summary>
internal enum DecisionKind
{
    Exchange,
    Heartbeat,
    GiveUpSilent,
    SessionLost,
}
