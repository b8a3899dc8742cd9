using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pyremto;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddPyremto()
    .UseHttp(args is [var url, ..] ? url : "http://localhost:5080")
    .AddWorker<Params, Score>(
        async (job, context, cancellationToken) =>
        {
            await Task.Delay(200, cancellationToken); // something expensive
            return new Score(Math.Pow(job.X - 3, 2) + Math.Pow(job.Y + 1, 2));
        },
        worker => { worker.Tag = "bowl"; worker.Concurrency = 4; });
using var host = builder.Build();
await host.StartAsync();

var scheduler = host.Services.GetRequiredService<IJobScheduler>();
await using var remote = await RemoteControl.OpenAsync(scheduler, new() { Tag = "bowl" });
try
{
    var grid = from x in Enumerable.Range(-5, 11) from y in Enumerable.Range(-5, 11) select new Params(x, y);
    await remote.SetupJobsAsync(grid, maxRedistributionAttempts: 2);
}
catch (JobsAlreadySetUpException)
{
    // Another process was first.
}

var end = await remote.WaitAsync();
var results = await remote.GetResultsAsync<Params, Score>().ToListAsync();
var here = results.Count(result => result.Worker!.Contains($":{Environment.ProcessId}:", StringComparison.Ordinal));
Console.WriteLine($"{end.Done} of {end.Total} done, {here} of them here; the best is {results.MinBy(result => result.Result.Loss)!.Description}");
await host.WaitForShutdownAsync();      // until Ctrl-C

internal sealed record Params(double X, double Y);

internal sealed record Score(double Loss);
