using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>One worker in another process over HTTP, one job a trip and 16.</summary>
internal sealed class HttpOneWorker : IBenchmark
{
    private const int Batch = 16;

    public string Name => "http-1";

    public string Summary => "HTTP between two processes, in memory, one worker, 1 and 16 jobs a trip: jobs/s beside bare POSTs, in turns";

    public async Task<IReadOnlyList<Line>> RunAsync(Setting setting)
    {
        var jobs = Sample.Jobs(setting.Size(6_000));
        var more = Sample.Jobs(setting.Size(32_000));
        await using var pair = await HttpPair.StartAsync();
        for (var i = 0; i < setting.Rounds(2); i++)
        {
            await pair.FloorAsync(jobs.Length, callers: 1); // compiles the code, to its last tier
            await pair.RunAsync(jobs, workers: 1);
            await pair.RunAsync(more, workers: 1, Batch);
        }

        var (single, batched, floor) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < setting.Rounds(7); round++)
        {
            floor.Add(await pair.FloorAsync(jobs.Length, callers: 1));
            single.Add(await pair.RunAsync(jobs, workers: 1));
            batched.Add(await pair.RunAsync(more, workers: 1, Batch));
        }

        var requests = Sample.Median(floor);
        return
        [
            new("HTTP, 1 worker / bare POSTs", "jobs/s", Sample.Median(single), requests, Compare.RatioAtLeast, 0.65),
            new($"HTTP, 1 worker, {Batch} jobs a trip / bare POSTs", "jobs/s", Sample.Median(batched), requests, Compare.RatioAtLeast, 5),
        ];
    }
}
