using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Hosting;

/// <summary>A whole application: a coordinator over a SQLite file and a worker on its tag, in a host of its own.</summary>
internal sealed class SqliteHost : IAsyncDisposable
{
    public static readonly TagAccess Tag = new("svr");

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly IHost _host;
    private readonly TaskCompletionSource<WorkerEnd> _workerEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SqliteHost(Action<IPyremtoBuilder> store, Func<JsonText, JobContext, CancellationToken, Task<JsonText>> handler, Action<WorkerOptions> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        var pyremto = builder.Services.AddPyremto();
        store(pyremto);
        pyremto.AddWorker(handler, worker =>
        {
            worker.Tag = Tag.Tag;
            worker.FinishWithin = TimeSpan.Zero;
            worker.WhenNothingLeft = WhenNothingLeft.EndWorker;
            worker.Ended = _workerEnded.SetResult;
            configure(worker);
        });
        _host = builder.Build();
    }

    /// <summary>Why the worker ended.</summary>
    public Task<WorkerEnd> WorkerEnded => _workerEnded.Task.WaitAsync(Patience);

    public static async Task<SqliteHost> StartAsync(
        Action<IPyremtoBuilder> store, Func<JsonText, JobContext, CancellationToken, Task<JsonText>> handler, int concurrency)
    {
        var host = new SqliteHost(store, handler, worker => worker.Concurrency = concurrency);
        await host._host.StartAsync();
        return host;
    }

    /// <summary>Uses the file without any worker.</summary>
    public static async Task<T> OpenAsync<T>(string path, Func<IJobScheduler, Task<T>> use)
    {
        await using var scheduler = new JobScheduler(
            JournaledJobStore.Sqlite(path, TimeProvider.System, NullLogger.Instance),
            new PyremtoOptions(), TimeProvider.System, new SeededRandom(5), NullLogger<JobScheduler>.Instance);
        await scheduler.StartAsync(CancellationToken.None);
        return await use(scheduler);
    }

    public async Task StopAsync() => await _host.StopAsync().WaitAsync(Patience);

    public async ValueTask DisposeAsync() => await ((IAsyncDisposable)_host).DisposeAsync();
}
