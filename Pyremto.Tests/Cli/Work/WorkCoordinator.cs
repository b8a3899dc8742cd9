using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Cli.Work;

/// <summary>A coordinator in the test's own process, reached over HTTP and over a pipe, with a store that outlives it.</summary>
internal sealed class WorkCoordinator : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private IHost? _host;

    public string Url { get; } = KeptPorts.NewUrl();

    public string Pipe { get; } = PipeNames.New();

    public IJobScheduler Scheduler => _host!.Services.GetRequiredService<IJobScheduler>();

    public static async Task<WorkCoordinator> StartNewAsync()
    {
        var coordinator = new WorkCoordinator();
        await coordinator.StartAsync();
        return coordinator;
    }

    public async Task StartAsync()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.ClearProviders();
        builder.Services.AddPyremto().UseSqlite(_directory.File("jobs.db")).ListenOnHttp(Url).ListenOnNamedPipe(Pipe);
        _host = builder.Build();
        await _host.StartAsync();
    }

    public async Task StopAsync()
    {
        await _host!.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        _host = null;
    }

    /// <summary>Sets up a tag with jobs <c>{"x":0}</c>, <c>{"x":1}</c> …, or with another field, as the command line would.</summary>
    public async Task<TagAccess> SetUpAsync(string tag, int jobs, string? password = null, double lease = 120, int attempts = 3, string field = "x")
    {
        var access = new TagAccess(tag, password);
        await Scheduler.CreateTagAsync(new CreateTag { Tag = tag, Password = password }, CancellationToken.None);
        await Scheduler.SetUpJobsAsync(
            access,
            new JobSetup
            {
                Jobs = [.. Enumerable.Range(0, jobs).Select(x => JsonText.Parse($$"""{"{{field}}":{{x}}}"""))],
                MaxRedistributionAttempts = attempts,
                Policy = RedistributionPolicy.WhenLost,
                Lease = TimeSpan.FromSeconds(lease),
            },
            CancellationToken.None);
        return access;
    }

    /// <summary>Waits until a tag's progress is as wanted.</summary>
    public async Task<TagProgress> UntilAsync(TagAccess tag, Func<TagProgress, bool> wanted)
    {
        using var deadline = new CancellationTokenSource(PyremtoProcess.Deadline);
        TagProgress? last = null;
        try
        {
            await foreach (var progress in Scheduler.WatchProgressAsync(tag, deadline.Token))
            {
                last = progress;
                if (wanted(progress))
                    return progress;
            }
        }
        catch (OperationCanceledException)
        {
            // The message below says more.
        }
        throw new TimeoutException($"The tag {tag.Tag} did not come so far; it is at {last}.");
    }

    public async Task<TagProgress> ProgressAsync(TagAccess tag) => await Scheduler.GetProgressAsync(tag, CancellationToken.None);

    public async Task<JobInfo> JobAsync(TagAccess tag, int id) =>
        (await Scheduler.GetJobsAsync(tag, new JobQuery { After = id - 1, Limit = 1 }, CancellationToken.None)).Jobs.Should().ContainSingle().Subject;

    /// <summary>The results by job.</summary>
    public async Task<IReadOnlyList<string>> ResultsAsync(TagAccess tag)
    {
        var results = new List<string>();
        await foreach (var result in Scheduler.GetResultsAsync(tag, new ResultQuery(), CancellationToken.None))
            results.Add(result.Result.ToString());
        return results;
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await StopAsync();
        _directory.Dispose();
    }
}
