using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Pyremto.Tests.Support;

/// <summary>A scheduler at the other end of HTTP: a real Kestrel on a free port. HTTP keeps real time, which the fake clock does not hurry.</summary>
internal sealed class HttpSchedulerHarness(InProcessSchedulerHarness coordinator) : ISchedulerHarness
{
    private readonly PyremtoHttpClientOptions _options = new();
    private IHost? _server;
    private HttpScheduler? _client;
    private string _url = KeptPorts.NewUrl();

    public FakeTimeProvider Time => coordinator.Time;

    public IJobScheduler Scheduler => _client ?? throw new InvalidOperationException("The scheduler is not started.");

    public IJobScheduler Coordinator => coordinator.Scheduler;

    public CountingStore Store => coordinator.Store;

    public bool IsInProcess => false;

    public async Task StartAsync(PyremtoOptions options)
    {
        await coordinator.StartAsync(options);
        await ListenAsync();
        _client = new HttpScheduler(
            CoordinatorAddress.Parse(_url, nameof(_url)), new HttpMessageInvoker(CoordinatorConnections.Create(_options)), _options,
            new PatientTime(), new SeededRandom(8), NullLogger.Instance);
    }

    /// <summary>The client stays and finds the new coordinator by itself, at the same port.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await coordinator.RestartAsync();
        await ListenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        await StopAsync();
        await coordinator.DisposeAsync();
    }

    private async Task ListenAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IRandomSource>(new SeededRandom(9));
        builder.Services.AddSingleton(coordinator.Scheduler);
        builder.Services.AddSingleton<IResultWriter, JsonLinesResultWriter>();
        new Builder(builder.Services).ListenOnHttp(_url, options => options.MaxOffences = 1_000_000);
        _server = builder.Build();
        await _server.StartAsync();
        _url = _server.Services.GetRequiredService<IPyremtoHttpListener>().Addresses.Should().ContainSingle().Subject;
    }

    private async Task StopAsync()
    {
        if (_server is null)
            return;
        await _server.StopAsync();
        await ((IAsyncDisposable)_server).DisposeAsync();
        _server = null;
    }

    private sealed record Builder(IServiceCollection Services) : IPyremtoBuilder;
}
