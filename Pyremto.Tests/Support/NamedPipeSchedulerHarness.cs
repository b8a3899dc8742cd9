using Microsoft.Extensions.Logging.Abstractions;

namespace Pyremto.Tests.Support;

/// <summary>A scheduler at the other end of a named pipe. The pipe keeps real time, which the fake clock does not hurry.</summary>
internal sealed class NamedPipeSchedulerHarness(InProcessSchedulerHarness coordinator) : ISchedulerHarness
{
    private readonly string _pipe = PipeNames.New();
    private NamedPipeServer? _server;
    private NamedPipeScheduler? _client;

    public FakeTimeProvider Time => coordinator.Time;

    public IJobScheduler Scheduler => _client ?? throw new InvalidOperationException("The scheduler is not started.");

    public IJobScheduler Coordinator => coordinator.Scheduler;

    public CountingStore Store => coordinator.Store;

    public bool IsInProcess => false;

    public async Task StartAsync(PyremtoOptions options)
    {
        await coordinator.StartAsync(options);
        await ListenAsync();
        _client = new NamedPipeScheduler(
            _pipe, new NamedPipeClientOptions(), TimeProvider.System, new SeededRandom(8), NullLogger.Instance);
    }

    /// <summary>The client stays and finds the new coordinator by itself.</summary>
    public async Task RestartAsync()
    {
        await _server!.DisposeAsync();
        await coordinator.RestartAsync();
        await ListenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
            await _client.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        await coordinator.DisposeAsync();
    }

    private async Task ListenAsync()
    {
        _server = new NamedPipeServer(
            _pipe, new NamedPipeServerOptions(), coordinator.Scheduler, TimeProvider.System, new SeededRandom(9), NullLogger.Instance);
        await _server.StartAsync(CancellationToken.None);
    }
}
