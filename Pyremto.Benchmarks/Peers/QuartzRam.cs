using Quartz;

namespace Pyremto.Benchmarks.Peers;

/// <summary>Quartz.NET over its store in memory: triggers that are due now, fired on a pool of threads.</summary>
internal static class QuartzRam
{
    /// <summary>Jobs a second, from the start of the scheduler to the end of the last one.</summary>
    public static async Task<double> RunAsync(int jobs, int concurrency)
    {
        var countdown = new Countdown(jobs);
        await using var factory = QuartzSchedulerBuilder
            .Create(quartz => quartz
                .ConfigureScheduler(options => options.MaxBatchSize = concurrency)
                .UseDefaultThreadPool(concurrency)
                .UseInMemoryStore())
            .Build();
        var scheduler = await factory.GetScheduler();
        scheduler.Context.Add(nameof(Countdown), countdown);

        // One job with a trigger for each hand-out is the way of Quartz; its triggers carry the description.
        var job = JobBuilder.Create<CountingJob>().WithIdentity("job").StoreDurably().Build();
        var triggers = Enumerable.Range(0, jobs)
            .Select(i => TriggerBuilder.Create().ForJob(job).WithIdentity($"{i}").UsingJobData("alpha", i).StartNow().Build())
            .ToArray();
        await scheduler.ScheduleJob(job, triggers, new ScheduleJobOptions());

        var watch = Stopwatch.StartNew();
        await scheduler.Start();
        await countdown.Task;
        var elapsed = watch.Elapsed;
        await scheduler.Shutdown(waitForJobsToComplete: true);
        return jobs / elapsed.TotalSeconds;
    }

    private sealed class CountingJob : IJob
    {
        public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
        {
            context.Scheduler.Context.Get<Countdown>(nameof(Countdown)).Signal();
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>Completes a task when it was signalled often enough.</summary>
internal sealed class Countdown(int count)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = count;

    public Task Task => _done.Task;

    public void Signal()
    {
        if (Interlocked.Decrement(ref _left) == 0)
            _done.SetResult();
    }
}
