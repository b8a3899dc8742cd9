using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pyremto;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddPyremto()                       // a scheduler in this process, in memory
    .AddWorker<Params, Score>(                      // and a worker that runs four jobs at a time
        async (job, context, cancellationToken) =>
        {
            await Task.Delay(10, cancellationToken); // something expensive
            return new Score(Math.Pow(job.X - 3, 2) + Math.Pow(job.Y + 1, 2));
        },
        worker => { worker.Tag = "bowl"; worker.Concurrency = 4; });
using var host = builder.Build();
await host.StartAsync();

var scheduler = host.Services.GetRequiredService<IJobScheduler>();
await using var remote = await RemoteControl.OpenAsync(scheduler, new() { Tag = "bowl", ShowQr = true });
var grid = from x in Enumerable.Range(-5, 11) from y in Enumerable.Range(-5, 11) select new Params(x, y);
await remote.SetupJobsAsync(grid, maxRedistributionAttempts: 2);

var end = await remote.WaitAsync();
var best = await remote.GetResultsAsync<Params, Score>().MinByAsync(result => result.Result.Loss);
Console.WriteLine($"{end.Done} of {end.Total} done; the best is {best!.Description} with {best.Result}");
await remote.SaveResultsAsync("results.csv");
await host.StopAsync();

internal sealed record Params(double X, double Y);

internal sealed record Score(double Loss);
