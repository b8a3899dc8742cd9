using Pyremto.Benchmarks.Harness;
using Pyremto.Benchmarks.Roles;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>32 workers over SQLite in another process, beside 32 in the coordinator's own.</summary>
internal sealed class PipeSqlite : IBenchmark
{
    private const int Workers = 32;

    public string Name => "pipe-sqlite-32";

    public string Summary => "named pipes between two processes, SQLite, 32 workers: cycles/s beside the same store in process, in turns";

    public async Task<IReadOnlyList<Line>> RunAsync(Setting setting)
    {
        var jobs = Sample.Jobs(setting.Size(50_000));
        var name = $"pyremto-bench-{Environment.ProcessId}-sqlite";
        await using var elsewhere = await ChildProcess.StartAsync(
            Role.PipeCoordinator, name, Path.Combine(setting.Directory, "pipe.db"));
        var clients = await PipePair.ConnectAsync(name, Workers);
        var schedulers = clients.Select(client => client.Scheduler).ToArray();
        await using var here = await Coordinator.StartAsync(Path.Combine(setting.Directory, "in-process.db"));

        var (ours, inProcess) = (new List<double>(), new List<double>());
        for (var round = 0; round < setting.Rounds(7); round++)
        {
            inProcess.Add(await Cycles.RunAsync(here.Scheduler, await here.SetUpAsync(jobs), Workers));
            ours.Add(await Cycles.RunAsync(schedulers, await Coordinator.SetUpAsync(schedulers[0], jobs)));
        }

        foreach (var client in clients)
            await client.DisposeAsync();
        var skipped = setting.Rounds(3) - 1; // they compile the code, to its last tier
        return
        [
            new(
                "pipe, SQLite, 32 workers / in process", "cycles/s", Sample.Median(ours.Skip(skipped)), Sample.Median(inProcess.Skip(skipped)),
                Compare.RatioAtLeast, 0.5),
        ];
    }
}
