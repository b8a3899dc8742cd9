using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>A coordinator and workers in processes of their own, some of which are killed with <c>kill -9</c>.</summary>
public sealed class ProcessTests : IDisposable
{
    private const int N = 3;

    private static readonly TagAccess Tag = new(PipeProcesses.Tag);

    private readonly TempDirectory _directory = new();
    private readonly string _pipe = PipeNames.New();

    private string Database => _directory.File("jobs.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Workers_in_8_processes_outlive_their_coordinator_and_all_jobs_end_done()
    {
        const int Jobs = 1000;
        var coordinator = await CoordinatorAsync(Jobs);
        var workers = Enumerable.Range(0, 8).Select(_ => TestProcess.Start(PipeProcesses.WorkerVerb, _pipe, "60")).ToArray();
        foreach (var worker in workers)
            await worker.LineAsync("run");

        for (var kill = 0; kill < 2; kill++)
        {
            await coordinator.KillAsync();
            await coordinator.DisposeAsync();
            coordinator = await CoordinatorAsync(Jobs);
            foreach (var worker in workers)
                await worker.LineAsync("run");
        }
        foreach (var worker in workers)
            (await worker.WaitForExitAsync()).Should().Be(0, await worker.ErrorsAsync());
        await coordinator.KillAsync();
        await coordinator.DisposeAsync();

        var jobs = await ReadJobsAsync();
        jobs.Should().HaveCount(Jobs).And.OnlyContain(job => job.State == JobState.Done && job.Spent <= N);
        jobs.Should().OnlyContain(job => job.Attempts.Count <= N);
        jobs.Count(job => job.Attempts.Count > 1).Should().Be(0, "who came back kept what it had");
        foreach (var worker in workers)
            await worker.DisposeAsync();
    }

    [Fact]
    public async Task S10_the_job_of_a_killed_worker_process_goes_to_another_after_2_seconds()
    {
        await using var coordinator = await CoordinatorAsync(jobs: 30);
        await using var doomed = TestProcess.Start(PipeProcesses.WorkerVerb, _pipe, "600000");
        var held = (await doomed.LineAsync("run")).Split(' ');
        await using var good = TestProcess.Start(PipeProcesses.WorkerVerb, _pipe, "1");
        await good.LineAsync("run");

        await doomed.KillAsync();

        var again = await good.LineAsync($"run {held[1]} "); // its lease goes on for minutes: its pipe has said it
        again.Should().Be($"run {held[1]} 2");
        (await good.WaitForExitAsync()).Should().Be(0);
        await coordinator.KillAsync();
        (await ReadJobsAsync()).Should().HaveCount(30).And.OnlyContain(job => job.State == JobState.Done);
    }

    private async Task<TestProcess> CoordinatorAsync(int jobs)
    {
        var coordinator = TestProcess.Start(PipeProcesses.CoordinatorVerb, _pipe, Database, $"{jobs}", $"{N}");
        await coordinator.LineAsync("listening");
        return coordinator;
    }

    private async Task<List<JobInfo>> ReadJobsAsync()
    {
        await using var scheduler = new JobScheduler(
            JournaledJobStore.Sqlite(Database, TimeProvider.System, NullLogger.Instance), new PyremtoOptions(), TimeProvider.System,
            new SeededRandom(1), NullLogger<JobScheduler>.Instance);
        await scheduler.StartAsync(CancellationToken.None);
        return [.. (await scheduler.GetJobsAsync(Tag, new JobQuery { Limit = 1000 }, CancellationToken.None)).Jobs];
    }
}
