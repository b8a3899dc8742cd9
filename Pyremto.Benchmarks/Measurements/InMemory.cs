using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>
/// One worker in memory: how fast, and whether it stays so when the tag is a hundred times larger. Either way a measurement is as many
/// jobs, so that both see the same garbage collections: a hundred small tags after each other, or a large one.
/// </summary>
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
            await RunAsync(coordinator, many, tags: 1); // compiles the code, to its last tier

        var (rateOfFew, rateOfMany) = (new List<double>(), new List<double>());
        for (var round = 0; round < setting.Rounds(5); round++)
        {
            rateOfFew.Add(await RunAsync(coordinator, few, tags: many.Length / few.Length));
            rateOfMany.Add(await RunAsync(coordinator, many, tags: 1));
        }

        var (slow, fast) = (Sample.Median(rateOfMany), Sample.Median(rateOfFew));
        return
        [
            new($"memory, 1 worker, {few.Length:N0} jobs", "cycles/s", fast, Compare: Compare.AtLeast, Limit: 1_000_000),
            new($"memory, 1 worker, {many.Length:N0} jobs", "cycles/s", slow, Compare: Compare.AtLeast, Limit: 1_000_000),
            new("memory, flat: larger against smaller of both", "cycles/s", Math.Max(slow, fast), Math.Min(slow, fast), Compare.RatioAtMost, 1.5),
        ];
    }

    private static async Task<double> RunAsync(Coordinator coordinator, JsonText[] jobs, int tags)
    {
        var fresh = new List<TagAccess>(tags);
        for (var i = 0; i < tags; i++)
            fresh.Add(await coordinator.SetUpAsync(jobs));
        GC.Collect();
        var seconds = 0.0;
        foreach (var tag in fresh)
            seconds += jobs.Length / await Cycles.RunAsync(coordinator.Scheduler, tag, workers: 1);
        foreach (var tag in fresh)
            await coordinator.Scheduler.DeleteTagAsync(tag, CancellationToken.None);
        return jobs.Length * tags / seconds;
    }
}
