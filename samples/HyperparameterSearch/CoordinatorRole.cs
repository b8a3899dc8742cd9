using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pyremto;

namespace HyperparameterSearch;

/// <summary>The process that the user started: it keeps the jobs in a file, has them done, and prints the answer.</summary>
internal static class CoordinatorRole
{
    /// <summary>Runs the search to its end; answers the exit code.</summary>
    public static async Task<int> RunAsync(SearchOptions options)
    {
        try
        {
            using var log = new FileLog(options.LogFile, TimeProvider.System);
            using var host = Build(options, log);
            try
            {
                await host.StartAsync();
                return await SearchAsync(options, host.Services);
            }
            finally
            {
                await host.StopAsync();
            }
        }
        catch (OperationCanceledException)
        {
            await Console.Out.WriteLineAsync("Interrupted. What is done is kept: started again, the search does the rest.");
            return 130;
        }
        catch (Exception error) when (error is PyremtoException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 2;
        }
    }

    private static IHost Build(SearchOptions options, FileLog log)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning)
            .AddProvider(log)
            .AddFilter<FileLog>("Pyremto", LogLevel.Information)
            .AddFilter<FileLog>("Pyremto.JobScheduler", LogLevel.Debug) // which job was given to whom
            .AddFilter<FileLog>("HyperparameterSearch", LogLevel.Information);
        builder.Services.AddSingleton(Diabetes.Load());

        var pyremto = builder.Services.AddPyremto().UseSqlite(options.Database);
        if (options.Processes > 0)
            pyremto.ListenOnNamedPipe(options.Pipe);
        else
            pyremto.AddWorker<ScoreHyperparameters>(options.Configure);
        return builder.Build();
    }

    private static async Task<int> SearchAsync(SearchOptions options, IServiceProvider services)
    {
        var interrupted = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var scheduler = services.GetRequiredService<IJobScheduler>();
        if (options.Fresh && await scheduler.TagExistsAsync(options.Tag, interrupted))
            await scheduler.DeleteTagAsync(new(options.Tag), interrupted);

        // The jobs are set up once. Where the file has them already, the search goes on where it was.
        await using var remote = await RemoteControl.OpenAsync(scheduler, new() { Tag = options.Tag }, interrupted);
        if ((await remote.GetProgressAsync(interrupted)).State == TagStatus.NotSetUp)
            await remote.SetupJobsAsync(new Grid(options.Grid).Jobs, maxRedistributionAttempts: 3, cancellationToken: interrupted);

        var begin = await remote.GetProgressAsync(interrupted);
        await using var workers = new WorkerProcesses(
            Math.Min(options.Processes, begin.Waiting + begin.InProgress), options, services.GetRequiredService<ILogger<WorkerProcesses>>());
        var end = await WaitAsync(remote, workers, interrupted);
        switch (end?.State)
        {
            case null:
                await Console.Error.WriteLineAsync($"All worker processes have died; {Path.GetFullPath(options.LogFile)} tells more. What is done is kept.");
                return 1;
            case TagStatus.Drained:
                await Console.Error.WriteLineAsync($"{end.Exhausted} jobs failed {end.MaxRedistributionAttempts} times. --fresh begins anew.");
                return 1;
            default:
                await Summary.PrintAsync(remote, options.ResultsFile);
                return 0;
        }
    }

    /// <summary>Shows how far the search is until it has ended; null if there is nobody left to go on.</summary>
    private static async Task<TagProgress?> WaitAsync(RemoteControl remote, WorkerProcesses workers, CancellationToken interrupted)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(interrupted, workers.AllDied);
        try
        {
            return await ProgressDisplay.WaitAsync(remote, either.Token);
        }
        catch (OperationCanceledException) when (workers.AllDied.IsCancellationRequested && !interrupted.IsCancellationRequested)
        {
            return null;
        }
    }
}
