using Microsoft.Extensions.DependencyInjection;
using Pyremto.Benchmarks.Floors;
using Pyremto.Benchmarks.Harness;
using Pyremto.Benchmarks.Roles;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>5,000 workers that wait for work over HTTP, each on a connection of its own: what they cost the coordinator, and whether all are woken.</summary>
/// <remarks>
/// A bare Kestrel with as many held requests stands beside it, measured in the same seconds: Kestrel itself looks at every connection once a
/// second, which no server on it is spared. So the bar for the load is the floor's, not nothing.
/// </remarks>
internal sealed class HttpIdle : IBenchmark
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(50);

    public string Name => "http-idle";

    public string Summary => "5,000 workers that wait for work over HTTP: memory and processor time of the coordinator; then 100,000 jobs for them";

    public async Task<IReadOnlyList<Line>> RunAsync(Setting setting)
    {
        var workers = setting.Size(5000);
        var jobs = Sample.Jobs(setting.Size(100_000));
        await using var coordinator = await ChildProcess.StartAsync(Role.HttpCoordinator);
        await using var client = await Coordinator.StartAsync(more: pyremto => pyremto.UseHttp(coordinator.Greeting));
        var scheduler = client.Scheduler;
        var tag = new TagAccess((await scheduler.CreateTagAsync(new CreateTag(), CancellationToken.None)).Tag);
        var before = coordinator.WorkingSet;
        await using var bare = await ChildProcess.StartAsync(Role.HttpFloor);
        var bareBefore = bare.WorkingSet;

        using var held = new HeldRequests(bare.Greeting, workers);
        var working = Enumerable.Range(0, workers).Select(worker => WorkAsync(scheduler, tag, $"idle-{worker}")).ToArray();
        await Task.Delay(setting.Dry ? 200 : 8000); // until all have connected and settled: this is what is measured
        var (used, bareUsed) = (coordinator.ProcessorTime, bare.ProcessorTime);
        var watch = Stopwatch.StartNew();
        await Task.Delay(setting.Dry ? 200 : 20_000);
        var (load, bareLoad) = ((coordinator.ProcessorTime - used) / watch.Elapsed, (bare.ProcessorTime - bareUsed) / watch.Elapsed);
        var (grown, bareGrown) = (coordinator.WorkingSet - before, bare.WorkingSet - bareBefore);
        held.Check();

        await scheduler.SetUpJobsAsync(tag, new JobSetup { Jobs = jobs }, CancellationToken.None);
        watch.Restart();
        var done = (await Task.WhenAll(working)).Sum(); // a worker's error would surface here
        var rate = done / watch.Elapsed.TotalSeconds;
        var progress = await scheduler.GetProgressAsync(tag, CancellationToken.None);
        if (done != jobs.Length || progress.Done != jobs.Length || progress.Redistributed != 0)
            throw new InvalidOperationException($"{done} of {jobs.Length} jobs were handed out, {progress.Redistributed} again: the figures mean nothing.");
        return
        [
            new($"{workers:N0} idle workers over HTTP: memory of the coordinator / bare Kestrel", "MB", grown / 1e6, bareGrown / 1e6, Compare.AtMost, 150),
            new($"{workers:N0} idle workers over HTTP: load of the coordinator / bare Kestrel", "% of a core", load * 100, bareLoad * 100, Compare.RatioAtMost, 1.5),
            new($"{workers:N0} workers woken at once over HTTP, {jobs.Length:N0} jobs", "jobs/s", rate),
        ];
    }

    /// <summary>Waits for work, works as long as there is some, and answers how many jobs it did.</summary>
    private static async Task<int> WorkAsync(IJobScheduler scheduler, TagAccess tag, string worker)
    {
        IReadOnlyList<TagAccess> tags = [tag];
        IReadOnlyList<DoneReport> reports = [];
        for (var done = 0; ; done++)
        {
            var answer = await scheduler.ExchangeAsync(
                new ExchangeRequest { Tags = tags, Worker = worker, RequestId = done.ToString(), Wait = Wait, Done = reports }, CancellationToken.None);
            if (!answer.HasJob)
                return done;
            reports = [new DoneReport(answer.Jobs[0].JobId, JsonText.Parse(Sample.Result), answer.Jobs[0].Attempt)];
        }
    }
}
