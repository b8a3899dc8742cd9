using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>How long other callers wait at the most while a tag of half a gigabyte is deleted from SQLite.</summary>
internal sealed class LargeDelete : IBenchmark
{
    private const int ResultBytes = 1_000_000;

    public string Name => "large-delete";

    public string Summary => "SQLite, a tag of 0.5 GB is deleted: the longest call of another tag's worker meanwhile";

    public async Task<IReadOnlyList<Line>> RunAsync(Setting setting)
    {
        var jobs = Math.Max(2, setting.Size(500));
        await using var coordinator = await Coordinator.StartAsync(Path.Combine(setting.Directory, "large-delete.db"));
        var large = await coordinator.SetUpAsync(Sample.Jobs(jobs));
        var other = await coordinator.SetUpAsync(Sample.Jobs(100_000));
        var result = JsonText.Parse($$"""{"x":"{{new string('x', ResultBytes)}}"}""");
        for (var i = 0; i < jobs; i++)
        {
            await coordinator.Scheduler.ExchangeAsync(new ExchangeRequest { Tags = [large], Worker = "w" }, CancellationToken.None);
            await coordinator.Scheduler.ExchangeAsync(
                new ExchangeRequest { Tags = [large], Worker = "w", Count = 0, Done = [new DoneReport(i, result)] }, CancellationToken.None);
        }
        var usual = await LongestAsync(coordinator.Scheduler, other, Task.Delay(TimeSpan.FromSeconds(setting.Dry ? 0.1 : 3)));
        var deleting = coordinator.Scheduler.DeleteTagAsync(large, CancellationToken.None).AsTask();
        var meanwhile = await LongestAsync(coordinator.Scheduler, other, Task.WhenAll(deleting, Task.Delay(TimeSpan.FromSeconds(setting.Dry ? 0.1 : 3))));
        return
        [
            new($"SQLite, longest call while {jobs} MB are deleted", "ms", meanwhile, Compare: Compare.AtMost, Limit: 250),
            new("SQLite, longest call of as long a time without", "ms", usual),
        ];
    }

    private static async Task<double> LongestAsync(IJobScheduler scheduler, TagAccess tag, Task until)
    {
        var longest = 0.0;
        while (!until.IsCompleted)
        {
            var watch = Stopwatch.StartNew();
            await scheduler.ExchangeAsync(new ExchangeRequest { Tags = [tag], Worker = "other" }, CancellationToken.None);
            longest = Math.Max(longest, watch.Elapsed.TotalMilliseconds);
        }
        await until;
        return longest;
    }
}
