using Pyremto.Benchmarks.Floors;
using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>32 workers over SQLite, each of which waits for its own commit, against the plain queue that commits for 64 at once.</summary>
internal sealed class SqliteManyWorkers : IBenchmark
{
    private const int Workers = 32;

    public string Name => "sqlite-32";

    public string Summary => "SQLite, 32 workers: cycles/s beside the plain design, in turns";

    public async Task<IReadOnlyList<Line>> RunAsync(Setting setting)
    {
        var descriptions = Sample.Descriptions(setting.Size(100_000));
        var jobs = Array.ConvertAll(descriptions, JsonText.Parse);
        for (var i = 0; i < setting.Rounds(2); i++)
        {
            PlainSqliteQueue.Run(setting.Directory, descriptions, Sample.Result); // compiles the code, to its last tier
            await OneAsync(Path.Combine(setting.Directory, $"warm-{i}.db"), jobs);
        }

        var (ours, plain) = (new List<double>(), new List<double>());
        for (var round = 0; round < setting.Rounds(5); round++)
        {
            plain.Add(PlainSqliteQueue.Run(setting.Directory, descriptions, Sample.Result));
            ours.Add(await OneAsync(Path.Combine(setting.Directory, $"many-{round}.db"), jobs));
        }

        return [new("SQLite, 32 workers / plain queue", "cycles/s", Sample.Median(ours), Sample.Median(plain), Compare.RatioAtLeast, 1.3)];
    }

    private static async Task<double> OneAsync(string file, JsonText[] jobs)
    {
        await using var coordinator = await Coordinator.StartAsync(file);
        var tag = await coordinator.SetUpAsync(jobs);
        return await Cycles.RunAsync(coordinator.Scheduler, tag, Workers);
    }
}
