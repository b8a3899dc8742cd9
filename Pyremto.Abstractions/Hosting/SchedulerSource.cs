namespace Pyremto;

/// <summary>
/// Where the <see cref="IJobScheduler"/> of a host comes from: a scheduler of its own over a store, or a coordinator elsewhere. A host has
/// one; where two calls name different ones, it fails at start and names both. Stores and transports add theirs by
/// <see cref="PyremtoBuilderExtensions"/>.
/// </summary>
public sealed class SchedulerSource
{
    private SchedulerSource(string call) => Call = call;

    /// <summary>The call of the builder that chose it, as it was written: <c>UseSqlite("jobs.db")</c>. It may be shown and logged.</summary>
    public string Call { get; }

    /// <summary>Makes the store; null for a coordinator elsewhere.</summary>
    public Func<IServiceProvider, IJobStore>? CreateStore { get; private init; }

    /// <summary>Makes the client of a coordinator elsewhere; null for a store.</summary>
    public Func<IServiceProvider, IJobScheduler>? CreateScheduler { get; private init; }

    /// <summary>A scheduler in this process over a store, which is opened at the host's start and closed when it has stopped.</summary>
    /// <param name="call">The call of the builder, with its arguments but without secrets.</param>
    /// <param name="create">Makes the store. Called once; the scheduler owns what it returns.</param>
    public static SchedulerSource OfStore(string call, Func<IServiceProvider, IJobStore> create)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(call);
        ArgumentNullException.ThrowIfNull(create);
        return new SchedulerSource(call) { CreateStore = create };
    }

    /// <summary>A coordinator elsewhere.</summary>
    /// <param name="call">The call of the builder, with its arguments but without secrets.</param>
    /// <param name="create">Makes the client. Called once; it is disposed with the host's services where it can be.</param>
    public static SchedulerSource OfCoordinator(string call, Func<IServiceProvider, IJobScheduler> create)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(call);
        ArgumentNullException.ThrowIfNull(create);
        return new SchedulerSource(call) { CreateScheduler = create };
    }
}
