using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>One worker in memory: how fast, and whether it stays so when the tag is a hundred times larger.</summary>
internal sealed class InMemory : IBenchmark
{
    public string Name => "memory";

    public string Summary => "in memory, one worker: cycles/s with 10,000 and with 1,000,000 jobs";

    public async Task<IReadOnlyList<Line>> RunAsync(Setting setting)
    {
        var few = Sample.Jobs(setting.Size(10_000));
        var many = Sample.Jobs(setting.Size(1_000_000));
        await using var coordinator = await Coordinator.StartAsync();
        for (var i = 0; i < setting.Rounds(3); i++)
            await OneAsync(coordinator, many); // compiles the code, to its last tier

        var (rateOfFew, rateOfMany) = (new List<double>(), new List<double>());
        for (var round = 0; round < setting.Rounds(5); round++)
        {
            for (var i = 0; i < setting.Rounds(10); i++)
                rateOfFew.Add(await OneAsync(coordinator, few));
            rateOfMany.Add(await OneAsync(coordinator, many));
        }

        var (slow, fast) = (Sample.Median(rateOfMany), Sample.Median(rateOfFew));
        return
        [
            new($"memory, 1 worker, {few.Length:N0} jobs", "cycles/s", fast, Compare: Compare.AtLeast, Limit: 1_000_000),
            new($"memory, 1 worker, {many.Length:N0} jobs", "cycles/s", slow, Compare: Compare.AtLeast, Limit: 1_000_000),
            new("memory, flat: larger against smaller of both", "cycles/s", Math.Max(slow, fast), Math.Min(slow, fast), Compare.RatioAtMost, 1.5),
        ];
    }

    private static async Task<double> OneAsync(Coordinator coordinator, JsonText[] jobs)
    {
        var tag = await coordinator.SetUpAsync(jobs);
        GC.Collect();
        var rate = await Cycles.RunAsync(coordinator.Scheduler, tag, workers: 1);
        await coordinator.Scheduler.DeleteTagAsync(tag, CancellationToken.None);
        return rate;
    }
}
