using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>One worker in another process: what a cycle takes beside the bare round trip.</summary>
internal sealed class PipeOneWorker : IBenchmark
{
    public string Name => "pipe-1";

    public string Summary => "named pipe between two processes, in memory, one worker: µs a cycle beside a bare echo, in turns";

    public async Task<IReadOnlyList<Line>> RunAsync(Setting setting)
    {
        var jobs = Sample.Jobs(setting.Size(20_000));
        await using var pair = await PipePair.StartAsync(connections: 1);
        for (var i = 0; i < setting.Rounds(2); i++)
        {
            await pair.Floor.RunAsync(jobs.Length); // compiles the code, to its last tier
            await pair.RunAsync(jobs);
        }

        var (ours, floor) = (new List<double>(), new List<double>());
        for (var round = 0; round < setting.Rounds(9); round++)
        {
            floor.Add(1e6 / await pair.Floor.RunAsync(jobs.Length));
            ours.Add(1e6 / await pair.RunAsync(jobs));
        }

        return [new("pipe, 1 worker / bare echo", "µs", Sample.Median(ours), Sample.Median(floor), Compare.RatioAtMost, 1.5)];
    }
}
