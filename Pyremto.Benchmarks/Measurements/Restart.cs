using Microsoft.Extensions.DependencyInjection;
using Pyremto.Benchmarks.Harness;
using Pyremto.Benchmarks.Roles;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>A coordinator over SQLite is killed while eight workers run: how long after the start of the next one work goes on.</summary>
internal sealed class Restart : IBenchmark
{
    private const int Workers = 8;
    private const int Jobs = 100_000;
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(20);

    /// <summary>Within what clients try by themselves, and beyond.</summary>
    private static readonly TimeSpan[] Outages = [TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(15)];

    public string Name => "restart";

    public string Summary => "a killed coordinator with eight workers: from the start of the next one to the first result, and to one of each worker";

    public async Task<IReadOnlyList<Line>> RunAsync(Setting setting)
    {
        var pipe = $"pyremto-bench-{Environment.ProcessId}-restart";
        var lines = new List<Line>();
        lines.AddRange(await RunAsync(
            setting, "pipe", _ => ChildProcess.StartAsync(Role.PipeCoordinator, pipe, Path.Combine(setting.Directory, "restart-pipe.db")),
            (pyremto, _) => pyremto.UseNamedPipe(pipe)));
        lines.AddRange(await RunAsync(
            setting, "HTTP",
            url => ChildProcess.StartAsync(Role.HttpCoordinator, [Path.Combine(setting.Directory, "restart-http.db"), .. url is null ? (string[])[] : [url]]),
            (pyremto, url) => pyremto.UseHttp(url)));
        return lines;
    }

    private static async Task<List<Line>> RunAsync(
        Setting setting, string transport, Func<string?, Task<ChildProcess>> start, Action<IPyremtoBuilder, string> connect)
    {
        var coordinator = await start(null);
        var url = coordinator.Greeting;
        await using var owner = await Coordinator.StartAsync(more: pyremto => connect(pyremto, url));
        var tag = await Coordinator.SetUpAsync(owner.Scheduler, Sample.Jobs(Jobs));
        var accepted = new long[Workers];
        var clients = new List<Coordinator>();
        for (var i = 0; i < Workers; i++)
        {
            var worker = i;
            clients.Add(await Coordinator.StartAsync(more: pyremto => AddWorker(pyremto, worker)));
        }
        var lines = new List<Line>();
        foreach (var outage in Outages)
        {
            var (ready, first, all) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round < setting.Rounds(5); round++)
            {
                await Task.Delay(setting.Dry ? 100 : 1000); // they work
                await coordinator.KillAsync();
                await coordinator.DisposeAsync();
                await Task.Delay(setting.Dry ? TimeSpan.FromMilliseconds(100) : outage);
                var before = Stopwatch.GetTimestamp();
                coordinator = await start(url);
                ready.Add(Stopwatch.GetElapsedTime(before).TotalSeconds);
                while (accepted.Any(at => Volatile.Read(ref at) < before))
                    await Task.Delay(1);
                first.Add(Stopwatch.GetElapsedTime(before, First(accepted, before)).TotalSeconds);
                all.Add(Stopwatch.GetElapsedTime(before).TotalSeconds);
            }
            var what = $"restart, {transport}, after {outage.TotalSeconds:0} s";
            lines.Add(new($"{what}: it listens", "s", Sample.Median(ready)));
            lines.Add(new($"{what}: first result", "s", Sample.Median(first), Compare: Compare.AtMost, Limit: 2));
            lines.Add(new($"{what}: one of each of {Workers} workers", "s", Sample.Median(all)));
        }
        foreach (var client in clients)
            await client.DisposeAsync();
        await coordinator.DisposeAsync();
        return lines;

        void AddWorker(IPyremtoBuilder pyremto, int worker)
        {
            connect(pyremto, url);
            pyremto.AddWorker<JsonText, JsonText>(
                async (_, _, cancellationToken) =>
                {
                    // The job before was taken, or there would not be another.
                    Volatile.Write(ref accepted[worker], Stopwatch.GetTimestamp());
                    await Task.Delay(Work, cancellationToken);
                    return JsonText.Parse(Sample.Result);
                },
                options => options.Tag = tag.Tag);
        }
    }

    private static long First(long[] accepted, long before) => accepted.Where(at => at >= before).Min();
}
