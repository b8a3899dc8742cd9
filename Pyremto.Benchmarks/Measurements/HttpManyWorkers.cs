using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>32 workers in another process over HTTP, one job a trip and 16.</summary>
internal sealed class HttpManyWorkers : IBenchmark
{
    private const int Workers = 32;
    private const int Batch = 16;

    public string Name => "http-32";

    public string Summary => "HTTP between two processes, in memory, 32 workers, 1 and 16 jobs a trip: jobs/s beside bare POSTs, in turns";

    public async Task<IReadOnlyList<Line>> RunAsync(Setting setting)
    {
        var jobs = Sample.Jobs(setting.Size(20_000));
        var more = Sample.Jobs(setting.Size(100_000));
        await using var pair = await HttpPair.StartAsync();
        for (var i = 0; i < setting.Rounds(2); i++)
        {
            await pair.FloorAsync(jobs.Length, Workers); // compiles the code, to its last tier
            await pair.RunAsync(jobs, Workers);
            await pair.RunAsync(more, Workers, Batch);
        }

        var (single, batched, floor) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < setting.Rounds(7); round++)
        {
            floor.Add(await pair.FloorAsync(jobs.Length, Workers));
            single.Add(await pair.RunAsync(jobs, Workers));
            batched.Add(await pair.RunAsync(more, Workers, Batch));
        }

        var requests = Sample.Median(floor);
        return
        [
            new("HTTP, 32 workers / bare POSTs", "jobs/s", Sample.Median(single), requests, Compare.RatioAtLeast, 0.65),
            new($"HTTP, 32 workers, {Batch} jobs a trip / bare POSTs", "jobs/s", Sample.Median(batched), requests, Compare.RatioAtLeast, 5),
        ];
    }
}
