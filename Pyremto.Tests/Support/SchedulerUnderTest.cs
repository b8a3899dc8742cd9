namespace Pyremto.Tests.Support;

/// <summary>A cell of the matrix store × transport that the scheduler's suites run over. A new transport adds a factory here.</summary>
public sealed class SchedulerUnderTest
{
    private readonly string _name;
    private readonly Func<ISchedulerHarness> _create;

    private SchedulerUnderTest(string name, bool isDurable, Func<ISchedulerHarness> create)
    {
        (_name, _create) = (name, create);
        IsDurable = isDurable;
    }

    public bool IsDurable { get; }

    public static SchedulerUnderTest InProcess(StoreUnderTest store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return new SchedulerUnderTest($"in process, {store}", store.IsDurable, store.CreateInProcessScheduler);
    }

    public static SchedulerUnderTest OverNamedPipe(StoreUnderTest store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return new SchedulerUnderTest(
            $"over a named pipe, {store}", store.IsDurable, () => new NamedPipeSchedulerHarness(store.CreateInProcessScheduler()));
    }

    public static SchedulerUnderTest OverHttp(StoreUnderTest store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return new SchedulerUnderTest($"over HTTP, {store}", store.IsDurable, () => new HttpSchedulerHarness(store.CreateInProcessScheduler()));
    }

    public override string ToString() => _name;

    internal ISchedulerHarness CreateHarness() => _create();
}
