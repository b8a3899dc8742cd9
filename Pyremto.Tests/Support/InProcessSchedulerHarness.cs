using Microsoft.Extensions.Logging.Abstractions;

namespace Pyremto.Tests.Support;

internal sealed class InProcessSchedulerHarness(bool isDurable, Func<TempDirectory, TimeProvider, IJobStore> create) : ISchedulerHarness
{
    private readonly TempDirectory _directory = new();
    private readonly SeededRandom _random = new(seed: 7);
    private PyremtoOptions _options = new();
    private JobScheduler? _scheduler;
    private CountingStore? _store;

    public FakeTimeProvider Time { get; } = new();

    public IJobScheduler Scheduler => _scheduler ?? throw new InvalidOperationException("The scheduler is not started.");

    public IJobScheduler Coordinator => Scheduler;

    public CountingStore Store => _store ?? throw new InvalidOperationException("The scheduler is not started.");

    public bool IsInProcess => true;

    public async Task StartAsync(PyremtoOptions options)
    {
        _options = options;
        _store = new CountingStore(create(_directory, Time));
        _scheduler = new JobScheduler(_store, options, Time, _random, NullLogger<JobScheduler>.Instance);
        await _scheduler.StartAsync(CancellationToken.None);
    }

    public async Task RestartAsync()
    {
        if (!isDurable)
            throw new InvalidOperationException("A store that is not durable cannot be opened again.");
        await StopAsync();
        await StartAsync(_options);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _directory.Dispose();
    }

    private async Task StopAsync()
    {
        if (_scheduler is not null)
            await _scheduler.DisposeAsync(); // and its store
    }
}
