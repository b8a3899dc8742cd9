using Microsoft.Extensions.Logging.Abstractions;

namespace Pyremto.Tests.Support;

/// <summary>A kind of store that the suites run over. A new store adds itself here and one line to each suite.</summary>
public sealed class StoreUnderTest
{
    private readonly string _name;
    private readonly Func<TempDirectory, TimeProvider, IJobStore> _create;

    private StoreUnderTest(string name, bool isDurable, Func<TempDirectory, TimeProvider, IJobStore> create)
    {
        (_name, _create) = (name, create);
        IsDurable = isDurable;
    }

    public static StoreUnderTest InMemory { get; } =
        new("in memory", isDurable: false, (_, time) => JournaledJobStore.InMemory(time));

    public static StoreUnderTest Sqlite { get; } =
        new("SQLite", isDurable: true, (directory, time) => JournaledJobStore.Sqlite(directory.File("jobs.db"), time, NullLogger.Instance));

    /// <summary>Whether its data outlives it.</summary>
    public bool IsDurable { get; }

    public override string ToString() => _name;

    internal IStoreHarness CreateHarness() => new StoreHarness(IsDurable, _create);

    internal InProcessSchedulerHarness CreateInProcessScheduler() => new(IsDurable, _create);
}
