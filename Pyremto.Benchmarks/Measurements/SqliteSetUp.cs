using System.Text;
using Pyremto.Benchmarks.Floors;
using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>A million jobs set up in SQLite, and the file opened again.</summary>
internal sealed class SqliteSetUp : IBenchmark
{
    public string Name => "sqlite-setup";

    public string Summary => "SQLite: 1,000,000 jobs set up, beside bare inserts, in turns; and the file opened again";

    public async Task<IReadOnlyList<Line>> RunAsync(Setting setting)
    {
        var descriptions = Sample.Descriptions(setting.Size(1_000_000));
        var jobs = Array.ConvertAll(descriptions, JsonText.Parse);
        var rows = Array.ConvertAll(descriptions, Encoding.UTF8.GetBytes);
        var (ours, floor, reopening) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < setting.Rounds(3); round++)
        {
            var file = Path.Combine(setting.Directory, $"set-up-{round}.db");
            floor.Add(rows.Length / BareInserts.Run(setting.Directory, rows));
            var (setUp, tag) = await SetUpAsync(file, jobs);
            ours.Add(setUp);
            reopening.Add(await ReopenAsync(file, tag, jobs.Length));
        }

        return
        [
            new($"SQLite, {jobs.Length:N0} jobs set up / bare inserts", "s", Sample.Median(ours), Sample.Median(floor), Compare.RatioAtMost, 2),
            new($"SQLite, {jobs.Length:N0} jobs opened again", "s", Sample.Median(reopening), Compare: Compare.AtMost, Limit: 3),
        ];
    }

    private static async Task<(double Seconds, TagAccess Tag)> SetUpAsync(string file, JsonText[] jobs)
    {
        await using var coordinator = await Coordinator.StartAsync(file);
        GC.Collect();
        var watch = Stopwatch.StartNew();
        var tag = await coordinator.SetUpAsync(jobs);
        return (watch.Elapsed.TotalSeconds, tag);
    }

    private static async Task<double> ReopenAsync(string file, TagAccess tag, int jobs)
    {
        GC.Collect();
        var watch = Stopwatch.StartNew();
        await using var coordinator = await Coordinator.StartAsync(file);
        var progress = await coordinator.Scheduler.GetProgressAsync(tag, CancellationToken.None);
        if (progress.Waiting != jobs)
            throw new InvalidOperationException($"{progress.Waiting} of {jobs} jobs are there after reopening.");
        return watch.Elapsed.TotalSeconds;
    }
}
