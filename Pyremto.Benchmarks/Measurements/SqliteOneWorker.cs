using Pyremto.Benchmarks.Floors;
using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>One worker over SQLite: every cycle waits for the disk, so the disk is the floor.</summary>
internal sealed class SqliteOneWorker : IBenchmark
{
    public string Name => "sqlite-1";

    public string Summary => "SQLite, one worker alone: cycles/s beside 4 KiB append + fdatasync, in turns";

    public async Task<IReadOnlyList<Line>> RunAsync(Setting setting)
    {
        var jobs = Sample.Jobs(setting.Size(3_000));
        var (ours, floor) = (new List<double>(), new List<double>());
        await using var coordinator = await Coordinator.StartAsync(Path.Combine(setting.Directory, "one.db"));
        await Cycles.RunAsync(coordinator.Scheduler, await coordinator.SetUpAsync(jobs), workers: 1); // compiles the code
        for (var round = 0; round < setting.Rounds(7); round++)
        {
            floor.Add(AppendFloor.Run(setting.Directory, jobs.Length));
            ours.Add(await Cycles.RunAsync(coordinator.Scheduler, await coordinator.SetUpAsync(jobs), workers: 1));
        }

        return [new("SQLite, 1 worker / append + fdatasync", "cycles/s", Sample.Median(ours), Sample.Median(floor), Compare.RatioAtLeast, 0.7)];
    }
}
