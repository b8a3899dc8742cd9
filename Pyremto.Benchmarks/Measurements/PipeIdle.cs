using Pyremto.Benchmarks.Harness;
using Pyremto.Benchmarks.Roles;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>1,000 workers that wait for work, each on a connection of its own: what they cost the coordinator.</summary>
internal sealed class PipeIdle : IBenchmark
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(50);

    public string Name => "pipe-idle";

    public string Summary => "1,000 connected workers that wait for work: memory and processor time of the coordinator";

    public async Task<IReadOnlyList<Line>> RunAsync(Setting setting)
    {
        var workers = setting.Size(1000);
        var name = $"pyremto-bench-{Environment.ProcessId}-idle";
        await using var coordinator = await ChildProcess.StartAsync(Role.PipeCoordinator, name);
        var first = await PipePair.ConnectAsync(name, 1);
        var scheduler = first[0].Scheduler;
        var tag = new TagAccess((await scheduler.CreateTagAsync(new CreateTag(), CancellationToken.None)).Tag);
        var before = coordinator.WorkingSet;

        var clients = await PipePair.ConnectAsync(name, workers);
        var waiting = clients.Select((client, i) => client.Scheduler.ExchangeAsync(
            new ExchangeRequest { Tags = [tag], Worker = $"idle-{i}", RequestId = "1", Wait = Wait }, CancellationToken.None).AsTask()).ToArray();
        await Task.Delay(setting.Dry ? 100 : 3000); // until all have connected and settled: this is what is measured
        var used = coordinator.ProcessorTime;
        var watch = Stopwatch.StartNew();
        await Task.Delay(setting.Dry ? 100 : 10_000);
        var load = (coordinator.ProcessorTime - used) / watch.Elapsed;
        var grown = coordinator.WorkingSet - before;

        await scheduler.SetUpJobsAsync(tag, new JobSetup { Jobs = Sample.Jobs(workers) }, CancellationToken.None);
        var answers = await Task.WhenAll(waiting);
        if (!answers.All(answer => answer.HasJob))
            throw new InvalidOperationException("Not every waiting worker got a job, so the figures mean nothing.");
        foreach (var client in (List<Coordinator>)[.. first, .. clients])
            await client.DisposeAsync();
        return
        [
            new($"{workers:N0} idle workers on pipes: memory of the coordinator", "MB", grown / 1e6, Compare: Compare.AtMost, Limit: 50),
            new($"{workers:N0} idle workers on pipes: load of the coordinator", "% of a core", load * 100, Compare: Compare.AtMost, Limit: 1),
        ];
    }
}
