using Microsoft.Extensions.DependencyInjection;
using Pyremto.Benchmarks.Harness;
using Pyremto.Benchmarks.Roles;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>What 200 viewers of the page of a running tag cost those who work on it: pairs of runs with and without them, which take turns at being first.</summary>
internal sealed class Viewers : IBenchmark
{
    private const int Workers = 32;

    public string Name => "viewers";

    public string Summary => "200 viewers of a running tag, over HTTP in a process of their own: jobs/s beside none, in process and over HTTP, in turns";

    public async Task<IReadOnlyList<Line>> RunAsync(Setting setting)
    {
        var viewers = setting.Dry ? 3 : 200;
        var local = await MeasureAsync(setting, viewers, Sample.Jobs(setting.Size(3_000_000)), isRemote: false);
        var remote = await MeasureAsync(setting, viewers, Sample.Jobs(setting.Size(60_000)), isRemote: true);
        return
        [
            new($"in process, 1 worker, {viewers} viewers / none", "jobs/s", local.With, local.Without, Compare.RatioAtLeast, 0.85),
            new($"HTTP, {Workers} workers, {viewers} viewers / none", "jobs/s", remote.With, remote.Without, Compare.RatioAtLeast, 0.85),
        ];
    }

    private static async Task<(double With, double Without)> MeasureAsync(Setting setting, int viewers, JsonText[] jobs, bool isRemote)
    {
        await using var server = isRemote ? await ChildProcess.StartAsync(Role.HttpCoordinator) : null;
        await using var coordinator = await Coordinator.StartAsync(
            more: pyremto => _ = server is null ? pyremto.ListenOnHttp("http://127.0.0.1:0") : pyremto.UseHttp(server.Greeting));
        var url = server?.Greeting ?? coordinator.Services.GetRequiredService<IPyremtoHttpListener>().Addresses[0];
        var workers = isRemote ? Workers : 1;
        for (var i = 0; i < setting.Rounds(2); i++)
            await OneAsync(coordinator, jobs, workers, url, viewers); // compiles the code, to its last tier

        var (with, without) = (new List<double>(), new List<double>());
        for (var round = 0; round < setting.Rounds(6); round++)
        {
            if (round % 2 == 0)
                with.Add(await OneAsync(coordinator, jobs, workers, url, viewers));
            without.Add(await OneAsync(coordinator, jobs, workers, url, viewers: 0));
            if (round % 2 == 1)
                with.Add(await OneAsync(coordinator, jobs, workers, url, viewers));
        }
        return (Sample.Median(with), Sample.Median(without));
    }

    private static async Task<double> OneAsync(Coordinator coordinator, JsonText[] jobs, int workers, string url, int viewers)
    {
        var tag = await coordinator.SetUpAsync(jobs);
        GC.Collect();
        await using var watching = viewers == 0 ? null : await ChildProcess.StartAsync(Role.Viewers, url, tag.Tag, viewers.ToString());
        var rate = await Cycles.RunAsync([.. Enumerable.Repeat(coordinator.Scheduler, workers)], tag);
        await coordinator.Scheduler.DeleteTagAsync(tag, CancellationToken.None);
        return rate;
    }
}
