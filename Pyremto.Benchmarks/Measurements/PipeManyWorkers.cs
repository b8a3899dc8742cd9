using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>32 workers in another process, each with a connection of its own, one job a trip and 16.</summary>
internal sealed class PipeManyWorkers : IBenchmark
{
    private const int Workers = 32;
    private const int Batch = 16;

    public string Name => "pipe-32";

    public string Summary => "named pipes between two processes, in memory, 32 workers, 1 and 16 jobs a trip: jobs/s beside bare echoes, in turns";

    public async Task<IReadOnlyList<Line>> RunAsync(Setting setting)
    {
        var jobs = Sample.Jobs(setting.Size(60_000));
        var more = Sample.Jobs(setting.Size(300_000));
        await using var pair = await PipePair.StartAsync(Workers);
        for (var i = 0; i < setting.Rounds(2); i++)
        {
            await pair.Floor.RunAsync(jobs.Length); // compiles the code, to its last tier
            await pair.RunAsync(jobs);
            await pair.RunAsync(more, Batch);
        }

        var (single, batched, floor) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < setting.Rounds(7); round++)
        {
            floor.Add(await pair.Floor.RunAsync(jobs.Length));
            single.Add(await pair.RunAsync(jobs));
            batched.Add(await pair.RunAsync(more, Batch));
        }

        var trips = Sample.Median(floor);
        return
        [
            new("pipe, 32 workers / bare echoes", "jobs/s", Sample.Median(single), trips, Compare.RatioAtLeast, 0.65),
            new($"pipe, 32 workers, {Batch} jobs a trip / bare echoes", "jobs/s", Sample.Median(batched), trips, Compare.RatioAtLeast, 4),
        ];
    }
}
