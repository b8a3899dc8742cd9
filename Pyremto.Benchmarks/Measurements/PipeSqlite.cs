using Pyremto.Benchmarks.Harness;
using Pyremto.Benchmarks.Roles;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>32 workers over SQLite in another process, which share its connection as those of a host do, beside 32 in the coordinator's own.</summary>
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
        var each = clients.Select(client => client.Scheduler).ToArray();
        var shared = Enumerable.Repeat(each[0], Workers).ToArray();
        await using var here = await Coordinator.StartAsync(Path.Combine(setting.Directory, "in-process.db"));

        var (ours, apart, inProcess) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < setting.Rounds(15); round++)
        {
            inProcess.Add(await Cycles.RunAsync(here.Scheduler, await here.SetUpAsync(jobs), Workers));
            ours.Add(await Cycles.RunAsync(shared, await Coordinator.SetUpAsync(each[0], jobs)));
            apart.Add(await Cycles.RunAsync(each, await Coordinator.SetUpAsync(each[0], jobs)));
        }

        foreach (var client in clients)
            await client.DisposeAsync();
        var skipped = setting.Rounds(3) - 1; // they compile the code, to its last tier
        var floor = Sample.Median(inProcess.Skip(skipped));
        return
        [
            new("pipe, SQLite, 32 workers of a process / in process", "cycles/s", Sample.Median(ours.Skip(skipped)), floor, Compare.RatioAtLeast, 0.5),
            new("pipe, SQLite, 32 workers, a connection each / in process", "cycles/s", Sample.Median(apart.Skip(skipped)), floor),
        ];
    }
}
