using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Workers;

/// <summary>A host with workers, a scripted scheduler (or a real one), and what they logged.</summary>
internal sealed class WorkerHost : IAsyncDisposable
{
    private readonly LogLines _log = new();

    public WorkerHost(
        Action<IPyremtoBuilder> workers,
        ScriptedScheduler? scheduler = null,
        TimeProvider? time = null,
        IDictionary<string, string?>? configuration = null,
        IJobScheduler? real = null)
    {
        Scheduler = scheduler ?? new ScriptedScheduler();
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(configuration ?? new Dictionary<string, string?>(StringComparer.Ordinal));
        builder.Logging.AddProvider(_log);
        builder.Services.AddSingleton(real ?? Scheduler);
        builder.Services.AddSingleton<IRandomSource>(new SeededRandom(7));
        if (time is not null)
            builder.Services.AddSingleton(time);
        workers(new Builder(builder.Services));
        Host = builder.Build();
    }

    public ScriptedScheduler Scheduler { get; }

    public IHost Host { get; }

    public IReadOnlyCollection<string> Log => _log.Lines;

    public async Task<WorkerHost> StartAsync()
    {
        await Host.StartAsync(CancellationToken.None);
        return this;
    }

    /// <summary>Stops the host, which has that much real time; a stop that hangs fails the test.</summary>
    public async Task StopAsync(TimeSpan? within = null)
    {
        using var limit = new CancellationTokenSource(within ?? ScriptedScheduler.Patience);
        await Host.StopAsync(limit.Token).WaitAsync(ScriptedScheduler.Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await ((IAsyncDisposable)Host).DisposeAsync();
        _log.Dispose();
    }

    private sealed record Builder(IServiceCollection Services) : IPyremtoBuilder;

    private sealed class LogLines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{logLevel}: {formatter(state, exception)}");

        public void Dispose()
        {
        }
    }
}
