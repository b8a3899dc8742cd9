using Microsoft.Extensions.DependencyInjection;
using Pyremto.Benchmarks.Harness;
using Pyremto.Benchmarks.Peers;

namespace Pyremto.Benchmarks.Measurements;

/// <summary>A whole application: the hosted worker runs a handler for each job and records its result, beside Quartz that runs one.</summary>
internal sealed class HostedDispatch : IBenchmark
{
    private const int Concurrency = 32;

    public string Name => "dispatch";

    public string Summary => "in process, hosted worker with 32 handlers at once: jobs/s beside Quartz over its RAM store, in turns";

    public async Task<IReadOnlyList<Line>> RunAsync(Setting setting)
    {
        var jobs = Sample.Jobs(setting.Size(20_000));
        var (ours, quartz) = (new List<double>(), new List<double>());
        for (var round = 0; round < setting.Rounds(5); round++)
        {
            quartz.Add(await QuartzRam.RunAsync(jobs.Length, Concurrency));
            ours.Add(await OneAsync(jobs));
        }

        return [new("hosted worker, in memory / Quartz RAM store", "jobs/s", Sample.Median(ours), Sample.Median(quartz))];
    }

    private static async Task<double> OneAsync(JsonText[] jobs)
    {
        var result = new Answer(2900.2927935183684);
        await using var coordinator = await Coordinator.StartAsync(more: pyremto => pyremto.AddWorker(
            (Pair _, JobContext _, CancellationToken _) => Task.FromResult(result),
            worker =>
            {
                worker.Tag = "dispatch";
                worker.Concurrency = Concurrency;
            }));
        var tag = new TagAccess("dispatch");
        await coordinator.Scheduler.CreateTagAsync(new CreateTag { Tag = tag.Tag }, CancellationToken.None);

        await coordinator.Scheduler.SetUpJobsAsync(tag, new JobSetup { Jobs = jobs }, CancellationToken.None);
        await foreach (var progress in coordinator.Scheduler.WatchProgressAsync(tag, CancellationToken.None))
        {
            if (progress.State == TagStatus.Done)
                return jobs.Length / (progress.LastResultAt!.Value - progress.StartedAt!.Value).TotalSeconds;
        }

        throw new InvalidOperationException("The tag was deleted.");
    }

    private sealed record Pair(double Alpha, double Gamma);

    private sealed record Answer(double Mse);
}
