using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>A coordinator and workers as processes of their own, which a test may kill.</summary>
internal static class PipeProcesses
{
    public const string CoordinatorVerb = "pipe-coordinator";
    public const string WorkerVerb = "pipe-worker";
    public const string Tag = "pool";

    /// <summary>A coordinator over a file; it says "listening" when it does.</summary>
    public static async Task CoordinateAsync(string pipe, string database, int jobs, int n)
    {
        var builder = Builder();
        builder.Services.AddPyremto().UseSqlite(database).ListenOnNamedPipe(pipe);
        using var host = builder.Build();
        await host.StartAsync();
        var scheduler = host.Services.GetRequiredService<IJobScheduler>();
        if (!await scheduler.TagExistsAsync(Tag, CancellationToken.None))
        {
            await scheduler.CreateTagAsync(new CreateTag { Tag = Tag }, CancellationToken.None);
            await scheduler.SetUpJobsAsync(
                new TagAccess(Tag), Make.SetUp(jobs, n, RedistributionPolicy.WhenLost, TimeSpan.FromMinutes(10)), CancellationToken.None);
        }
        await Console.Out.WriteLineAsync("listening");
        await host.WaitForShutdownAsync();
    }

    /// <summary>A worker that says which job it runs and ends when nothing is left. With a pause it holds each job for so long.</summary>
    public static async Task WorkAsync(string pipe, int milliseconds)
    {
        var builder = Builder();
        builder.Services.AddPyremto().UseNamedPipe(pipe).AddWorker(
            async (JsonText job, JobContext context, CancellationToken cancellationToken) =>
            {
                await Console.Out.WriteLineAsync($"run {context.JobId} {context.Attempt}");
                await Task.Delay(milliseconds, cancellationToken);
                return JsonText.Parse("{}");
            },
            worker =>
            {
                worker.Tag = Tag;
                worker.WhenNothingLeft = WhenNothingLeft.StopHost;
                worker.MaxRetryDelay = TimeSpan.FromSeconds(1);
            });
        using var host = builder.Build();
        await host.RunAsync();
    }

    private static HostApplicationBuilder Builder()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        return builder;
    }
}
