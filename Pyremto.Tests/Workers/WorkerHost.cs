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

    public IReadOnlyCollection<string> Log => [.. _log.Entries.Select(entry => $"{entry.Level}: {entry.Message}")];

    public IReadOnlyCollection<LogEntry> Entries => _log.Entries;

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

    private sealed class LogLines : ILoggerProvider, ISupportExternalScope, ILogger
    {
        private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

        public ConcurrentQueue<LogEntry> Entries { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => _scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var scope = new List<object>();
            _scopes.ForEachScope(static (state, scope) => scope.Add(state!), scope);
            Entries.Enqueue(new LogEntry(logLevel, eventId.Id, formatter(state, exception), exception)
            {
                Scope = scope.OfType<IEnumerable<KeyValuePair<string, object?>>>().SelectMany(pairs => pairs)
                    .Where(pair => pair.Key != "{OriginalFormat}").ToDictionary(StringComparer.Ordinal),
                ScopeText = string.Join(" => ", scope),
            });
        }

        public void Dispose()
        {
        }
    }
}

/// <summary>What a logger was given.</summary>
internal sealed record LogEntry(LogLevel Level, int Id, string Message, Exception? Exception)
{
    public IReadOnlyDictionary<string, object?> Scope { get; init; } = new Dictionary<string, object?>(StringComparer.Ordinal);

    public string ScopeText { get; init; } = "";
}
