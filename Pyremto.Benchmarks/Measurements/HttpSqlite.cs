using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>32 workers over HTTP and SQLite.</summary>
internal sealed class HttpSqlite : IBenchmark
{
    private const int Workers = 32;

    public string Name => "http-sqlite-32";

    public string Summary => "HTTP between two processes, SQLite, 32 workers: jobs/s beside bare POSTs, in turns";

    public async Task<IReadOnlyList<Line>> RunAsync(Setting setting)
    {
        var jobs = Sample.Jobs(setting.Size(15_000));
        await using var pair = await HttpPair.StartAsync(Path.Combine(setting.Directory, "http.db"));
        for (var i = 0; i < setting.Rounds(2); i++)
        {
            await pair.FloorAsync(jobs.Length, Workers); // compiles the code, to its last tier
            await pair.RunAsync(jobs, Workers);
        }

        var (ours, floor) = (new List<double>(), new List<double>());
        for (var round = 0; round < setting.Rounds(7); round++)
        {
            floor.Add(await pair.FloorAsync(jobs.Length, Workers));
            ours.Add(await pair.RunAsync(jobs, Workers));
        }

        return [new("HTTP, SQLite, 32 workers / bare POSTs", "jobs/s", Sample.Median(ours), Sample.Median(floor), Compare.RatioAtLeast, 0.35)];
    }
}
