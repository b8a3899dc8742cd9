using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Pyremto.Benchmarks.Harness;

/// <summary>A coordinator as an application has it, in memory or over a SQLite file, with limits that let a million jobs in.</summary>
internal sealed class Coordinator : IAsyncDisposable
{
    private readonly IHost _host;

    private Coordinator(IHost host) => _host = host;

    public IJobScheduler Scheduler => _host.Services.GetRequiredService<IJobScheduler>();

    public IServiceProvider Services => _host.Services;

    public static async Task<Coordinator> StartAsync(string? sqliteFile = null, Action<IPyremtoBuilder>? more = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.Configure<PyremtoOptions>(options =>
        {
            options.MaxJobs = 10_000_000;
            options.MaxDescriptionBytes = 1L << 32;
        });
        var pyremto = builder.Services.AddPyremto();
        if (sqliteFile is not null)
            pyremto.UseSqlite(sqliteFile);
        more?.Invoke(pyremto);
        var host = builder.Build();
        await host.StartAsync();
        return new Coordinator(host);
    }

    /// <summary>Makes a new tag with as many jobs as wanted.</summary>
    public Task<TagAccess> SetUpAsync(IReadOnlyList<JsonText> descriptions) => SetUpAsync(Scheduler, descriptions);

    /// <inheritdoc cref="SetUpAsync(IReadOnlyList{JsonText})"/>
    public static async Task<TagAccess> SetUpAsync(IJobScheduler scheduler, IReadOnlyList<JsonText> descriptions)
    {
        var tag = new TagAccess((await scheduler.CreateTagAsync(new CreateTag(), CancellationToken.None)).Tag);
        await scheduler.SetUpJobsAsync(tag, new JobSetup { Jobs = descriptions }, CancellationToken.None);
        return tag;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }
}
