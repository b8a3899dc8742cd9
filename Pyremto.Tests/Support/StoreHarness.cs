namespace Pyremto.Tests.Support;

internal sealed class StoreHarness(bool isDurable, Func<TempDirectory, TimeProvider, IJobStore> create) : IStoreHarness
{
    private readonly TempDirectory _directory = new();
    private IJobStore? _store;

    public FakeTimeProvider Time { get; } = new();

    public IJobStore Store => _store ?? throw new InvalidOperationException("The store is not open.");

    public RecordingObserver Observer { get; } = new();

    public async Task OpenAsync()
    {
        _store = create(_directory, Time);
        _store.Observer = Observer;
        await _store.OpenAsync(CancellationToken.None);
    }

    public async Task ReopenAsync()
    {
        if (!isDurable)
            throw new InvalidOperationException("A store that is not durable cannot be opened again.");
        await Store.DisposeAsync();
        await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        _directory.Dispose();
    }
}
