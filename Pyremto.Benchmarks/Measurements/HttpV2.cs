using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>Workers of the v2 protocol in another process, two calls a job, on 1 connection and on 32.</summary>
internal sealed class HttpV2 : IBenchmark
{
    private const int Many = 32;

    public string Name => "http-v2";

    public string Summary => "The pyremto v2 protocol between two processes, in memory, 1 and 32 workers: calls/s beside bare POSTs, in turns";

    public async Task<IReadOnlyList<Line>> RunAsync(Setting setting)
    {
        var few = Sample.Jobs(setting.Size(3_000));
        var jobs = Sample.Jobs(setting.Size(10_000));
        await using var pair = await V2Pair.StartAsync();
        for (var i = 0; i < setting.Rounds(2); i++)
        {
            await pair.FloorAsync(jobs.Length, Many); // compiles the code, to its last tier
            await pair.RunAsync(jobs, Many);
        }

        var (one, oneFloor, many, manyFloor) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < setting.Rounds(7); round++)
        {
            oneFloor.Add(await pair.FloorAsync(few.Length, callers: 1));
            one.Add(await pair.RunAsync(few, workers: 1));
            manyFloor.Add(await pair.FloorAsync(jobs.Length, Many));
            many.Add(await pair.RunAsync(jobs, Many));
        }

        return
        [
            new("v2 protocol, 1 worker / bare POSTs", "calls/s", Sample.Median(one), Sample.Median(oneFloor), Compare.RatioAtLeast, 0.6),
            new($"v2 protocol, {Many} workers / bare POSTs", "calls/s", Sample.Median(many), Sample.Median(manyFloor), Compare.RatioAtLeast, 0.6),
        ];
    }
}
