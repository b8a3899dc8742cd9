using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>
/// Months of a coordinator in a minute: 100,000 workers that ask once, and 10,000 tags that are created, set up, worked off and deleted,
/// and a few with a password, which costs a tenth of a second of a core. What it takes is printed for each tenth of the run, and the last
/// is held against the second.
/// </summary>
internal sealed class Soak : IBenchmark
{
    private const int Tenths = 10;
    private const int Callers = 32;
    private const int WorkersOfATag = 3;
    private static readonly TimeSpan Lease = TimeSpan.FromDays(1); // all callers move the clock

    public string Name => "soak";

    public string Summary => "soak: 100,000 short-lived workers and 10,000 short-lived tags, heap, handles, file and time a call by tenths";

    public async Task<IReadOnlyList<Line>> RunAsync(Setting setting) =>
        [.. await RunAsync(setting, "memory", file: null), .. await RunAsync(setting, "SQLite", Path.Combine(setting.Directory, "soak.db"))];

    private static async Task<IReadOnlyList<Line>> RunAsync(Setting setting, string store, string? file)
    {
        var clock = new MovedClock();
        await using var coordinator = await Coordinator.StartAsync(file, pyremto => pyremto.Services.AddSingleton<TimeProvider>(clock));
        var scheduler = coordinator.Scheduler;
        var lasting = await LastingTagAsync(scheduler);
        var figures = new List<Figures>();
        for (var tenth = 0; tenth < Tenths; tenth++)
        {
            var start = Stopwatch.GetTimestamp();
            var (first, workers) = (tenth * setting.Size(10_000), setting.Size(10_000));
            await ManyAsync(first, workers, i => AskOnceAsync(scheduler, lasting, i, clock));
            var perWorker = Stopwatch.GetElapsedTime(start) / workers;
            start = Stopwatch.GetTimestamp();
            var (firstTag, tags) = (tenth * setting.Size(1_000), setting.Size(1_000));
            await ManyAsync(firstTag, tags, i => ShortTagAsync(scheduler, new TagAccess($"short-{i}"), clock));
            var perTag = Stopwatch.GetElapsedTime(start) / tags;
            await ManyAsync(firstTag, tags / 100, i => ShortTagAsync(scheduler, new TagAccess($"secret-{i}", "secret"), clock));
            if (file is not null)
            {
                // A hand-out is a row whatever becomes of it, so that here the lasting tag is deleted, too.
                await scheduler.DeleteTagAsync(lasting, CancellationToken.None);
                lasting = await LastingTagAsync(scheduler);
            }
            figures.Add(Figures.Now(perWorker, perTag, file));
            await Console.Error.WriteLineAsync($"  {store,-6} tenth {tenth + 1,2}: {figures[^1]}");
        }
        var (early, late) = (figures[1], figures[^1]);
        return
        [
            new($"soak, {store}: heap, last / second tenth", "MB", late.HeapMegabytes, early.HeapMegabytes, Compare.RatioAtMost, 1.15),
            new($"soak, {store}: handles, last / second tenth", "handles", late.Handles, early.Handles, Compare.RatioAtMost, 1.15),
            new($"soak, {store}: a worker's ask and release, last / second tenth", "us", late.WorkerMicros, early.WorkerMicros, Compare.RatioAtMost, 1.5),
            new($"soak, {store}: a tag's life, last / second tenth", "us", late.TagMicros, early.TagMicros, Compare.RatioAtMost, 1.5),
            .. file is null ? (Line[])[] : [new("soak, SQLite: file, last / second tenth", "MB", late.FileMegabytes, early.FileMegabytes, Compare.RatioAtMost, 1.15)],
        ];
    }

    private static async Task<TagAccess> LastingTagAsync(IJobScheduler scheduler)
    {
        var tag = (await scheduler.CreateTagAsync(new CreateTag { Tag = "lasting" }, CancellationToken.None)).Tag;
        await scheduler.SetUpJobsAsync(new TagAccess(tag), new JobSetup { Jobs = Sample.Jobs(100), Lease = Lease }, CancellationToken.None);
        return new TagAccess(tag);
    }

    private static async Task AskOnceAsync(IJobScheduler scheduler, TagAccess tag, int number, MovedClock clock)
    {
        var worker = $"host:{number}:0:short-lived";
        var job = (await scheduler.ExchangeAsync(new ExchangeRequest { Tags = [tag], Worker = worker, RequestId = $"{number}" }, CancellationToken.None)).Jobs[0];
        await scheduler.ExchangeAsync(
            new ExchangeRequest { Tags = [tag], Worker = worker, Count = 0, Released = [new ReleasedReport(job.JobId, job.Attempt, job.Tag, job.Instance)] },
            CancellationToken.None);
        if (number % 100 == 0)
            await scheduler.GetProgressAsync(tag, CancellationToken.None);
        clock.Move(TimeSpan.FromSeconds(30));
    }

    private static async Task ShortTagAsync(IJobScheduler scheduler, TagAccess tag, MovedClock clock)
    {
        await scheduler.CreateTagAsync(new CreateTag { Tag = tag.Tag, Password = tag.Password }, CancellationToken.None);
        await scheduler.SetUpJobsAsync(tag, new JobSetup { Jobs = Sample.Jobs(WorkersOfATag), Lease = Lease }, CancellationToken.None);
        for (var i = 0; i < WorkersOfATag; i++)
        {
            var ask = new ExchangeRequest { Tags = [tag], Worker = $"host:{tag.Tag}:{i}:of-a-tag" };
            var job = (await scheduler.ExchangeAsync(ask, CancellationToken.None)).Jobs[0];
            await scheduler.ExchangeAsync(ask with { Count = 0, Done = [new DoneReport(job.JobId, JsonText.Parse(Sample.Result), job.Attempt)] }, CancellationToken.None);
        }
        await scheduler.GetProgressAsync(tag, CancellationToken.None);
        await scheduler.DeleteTagAsync(tag, CancellationToken.None);
        clock.Move(TimeSpan.FromMinutes(1));
    }

    private static Task ManyAsync(int first, int count, Func<int, Task> run) =>
        Parallel.ForAsync(first, first + count, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (i, _) => await run(i));

    private sealed record Figures(double HeapMegabytes, double Handles, double WorkerMicros, double TagMicros, double FileMegabytes)
    {
        public static Figures Now(TimeSpan worker, TimeSpan tag, string? file) => new(
            GC.GetTotalMemory(forceFullCollection: true) / 1e6,
            OperatingSystem.IsLinux() ? Directory.GetFiles("/proc/self/fd").Length : Process.GetCurrentProcess().HandleCount,
            worker.TotalMicroseconds,
            tag.TotalMicroseconds,
            file is null ? 0 : new FileInfo(file).Length / 1e6);

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"heap {HeapMegabytes:0.0} MB, {Handles} handles, {WorkerMicros:N0} us a worker, {TagMicros:N0} us a tag, file {FileMegabytes:0.0} MB");
    }
}
