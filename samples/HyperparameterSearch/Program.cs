using HyperparameterSearch;
using MathNet.Numerics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pyremto;

if (!SearchOptions.TryParse(args, out var options, out var problem))
{
    Console.Error.WriteLine($"{problem}\n\n{SearchOptions.Usage}");
    return 2;
}

if (options.Help)
{
    Console.WriteLine(SearchOptions.Usage);
    return 0;
}

// The jobs share the cores among themselves; each of them calculates on one.
Control.UseSingleThread();

// A coordinator that keeps its jobs in a file, and a worker, in one process.
var tag = $"ridge-{options.Grid}x{options.Grid}";
var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSingleton(Diabetes.Load());
builder.Services.AddPyremto()
    .UseSqlite(options.Database)
    .AddWorker<ScoreHyperparameters>(worker =>
    {
        worker.Tag = tag;
        worker.Concurrency = options.Workers;
    });
using var host = builder.Build();

try
{
    await host.StartAsync();
    var interrupted = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    var scheduler = host.Services.GetRequiredService<IJobScheduler>();
    if (options.Fresh && await scheduler.TagExistsAsync(tag, interrupted))
        await scheduler.DeleteTagAsync(new(tag), interrupted);

    // The jobs are set up once. Where the file has them already, the search goes on where it was.
    await using var remote = await RemoteControl.OpenAsync(scheduler, new() { Tag = tag }, interrupted);
    if ((await remote.GetProgressAsync(interrupted)).State == TagStatus.NotSetUp)
        await remote.SetupJobsAsync(new Grid(options.Grid).Jobs, maxRedistributionAttempts: 3, cancellationToken: interrupted);

    var end = await ProgressDisplay.WaitAsync(remote, interrupted);
    if (end.State == TagStatus.Drained)
    {
        Console.Error.WriteLine($"{end.Exhausted} jobs failed {end.MaxRedistributionAttempts} times. --fresh begins anew.");
        return 1;
    }

    await Summary.PrintAsync(remote, Path.ChangeExtension(options.Database, ".csv"));
    return 0;
}
catch (OperationCanceledException)
{
    Console.WriteLine("Interrupted. What is done is kept: started again, the search does the rest.");
    return 130;
}
catch (PyremtoException error)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}
finally
{
    await host.StopAsync();
}
