using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>
/// A pool of 32 workers over a prefix: whether the rate stays where the prefix has 10,000 tags rather than 10, all others finished, or
/// all open.
/// </summary>
internal sealed class ManyTags : IBenchmark
{
    private const int Workers = 32;
    private const int Few = 10;
    private static readonly JsonText Result = JsonText.Parse(Sample.Result);

    public string Name => "many-tags";

    public string Summary => "32 workers over a prefix, in memory and SQLite: cycles/s with 10 and with 10,000 tags, finished or open";

    public async Task<IReadOnlyList<Line>> RunAsync(Setting setting)
    {
        var many = Math.Max(Few, setting.Size(10_000));
        var lines = new List<Line>();
        foreach (var store in new[] { "memory", "SQLite" })
        {
            var jobs = setting.Size(store == "memory" ? 1_000_000 : 50_000); // a second's work at least
            await RateAsync(setting, store, Few, Few, jobs); // compiles the code, to its last tier
            var (fewRates, finishedRates, openRates) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round < setting.Rounds(3); round++)
            {
                fewRates.Add(await RateAsync(setting, store, Few, Few, jobs));
                finishedRates.Add(await RateAsync(setting, store, many, Few, jobs));
                openRates.Add(await RateAsync(setting, store, many, many, jobs));
            }
            var (few, finished, open) = (Sample.Median(fewRates), Sample.Median(finishedRates), Sample.Median(openRates));
            lines.Add(new($"{store}, 32 workers, {many:N0} tags, all but {Few} finished / {Few} tags", "cycles/s", finished, few, Compare.RatioAtLeast, 0.8));
            lines.Add(new($"{store}, 32 workers, {many:N0} open tags / {Few} tags", "cycles/s", open, few, Compare.RatioAtLeast, 0.5));
        }
        return lines;
    }

    private static async Task<double> RateAsync(Setting setting, string store, int tags, int open, int jobs)
    {
        var file = store == "memory" ? null : Path.Combine(setting.Directory, "many-tags.db");
        foreach (var old in Directory.GetFiles(setting.Directory, "many-tags.db*"))
            File.Delete(old);
        await using var coordinator = await Coordinator.StartAsync(file);
        var scheduler = coordinator.Scheduler;
        await Parallel.ForAsync(0, tags, new ParallelOptions { MaxDegreeOfParallelism = 256 }, async (i, _) =>
        {
            var tag = new TagAccess($"batch-{i}");
            await scheduler.CreateTagAsync(new CreateTag { Tag = tag.Tag }, CancellationToken.None);
            await scheduler.SetUpJobsAsync(tag, new JobSetup { Jobs = Sample.Jobs(i < open ? Math.Max(1, jobs / open) : 1) }, CancellationToken.None);
            if (i >= open)
                await scheduler.CancelAsync(tag, null, CancellationToken.None);
        });
        GC.Collect();
        GC.Collect(); // the tags are as old to the collector as those of a pool that has run for a while
        var done = 0;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() => WorkAsync($"bench-{worker}"))));
        return done / watch.Elapsed.TotalSeconds;

        async Task WorkAsync(string worker)
        {
            IReadOnlyList<DoneReport> reports = [];
            for (var request = 0; ; request++)
            {
                var answer = await scheduler.ExchangeAsync(
                    new ExchangeRequest { TagPrefix = "batch-", Worker = worker, InProcess = true, RequestId = request.ToString(), Done = reports },
                    CancellationToken.None);
                if (!answer.HasJob)
                    return;
                Interlocked.Increment(ref done);
                var job = answer.Jobs[0];
                reports = [new DoneReport(job.JobId, Result, job.Attempt, job.Tag, job.Instance)];
            }
        }
    }
}
