using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Durability;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Hosting;

/// <summary>What a host keeps in its file: when it is stopped and started again, and while its disk fails.</summary>
public sealed class SqliteHostTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ConcurrentQueue<int> _runs = new();
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _never = new();

    public void Dispose() => _directory.Dispose();

    private string Database => _directory.File("jobs.db");

    [Fact]
    public async Task S3_a_host_stopped_after_50_jobs_does_only_the_rest_when_it_is_started_again()
    {
        await SetUpAsync(jobs: 120);
        await using (var first = await SqliteHost.StartAsync(pyremto => pyremto.UseSqlite(Database), HoldFrom(50, held: 4), concurrency: 4))
        {
            await _held.Task.WaitAsync(TimeSpan.FromMinutes(2));
            await first.StopAsync();
        }
        (await ProgressAsync()).Should().BeEquivalentTo(new { Done = 50, Waiting = 70, InProgress = 0 });
        _runs.Should().BeEquivalentTo(Enumerable.Range(0, 50));

        await using (var second = await SqliteHost.StartAsync(pyremto => pyremto.UseSqlite(Database), RunAsync, concurrency: 4))
        {
            (await second.WorkerEnded).Reason.Should().Be(WorkerEndReason.NothingLeft);
            await second.StopAsync();
        }

        (await ProgressAsync()).Should().BeEquivalentTo(new { Done = 120, Exhausted = 0, DuplicateResults = 0L });
        _runs.Should().HaveCount(120).And.OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task S9_jobs_that_run_when_a_host_is_stopped_wait_again_with_their_attempt_given_back()
    {
        await SetUpAsync(jobs: 5);
        await using (var host = await SqliteHost.StartAsync(pyremto => pyremto.UseSqlite(Database), HoldFrom(0, held: 3), concurrency: 3))
        {
            await _held.Task.WaitAsync(TimeSpan.FromMinutes(2));
            await host.StopAsync();
        }

        var jobs = await SqliteHost.OpenAsync(Database, async scheduler => (await scheduler.GetJobsAsync(SqliteHost.Tag, new JobQuery(), default)).Jobs);
        jobs.Should().HaveCount(5).And.OnlyContain(job => job.State == JobState.Waiting && job.Spent == 0);
        jobs.SelectMany(job => job.Attempts).Select(attempt => attempt.State).Should().Equal(Enumerable.Repeat(HandOutState.Released, 3));
        var again = await SqliteHost.OpenAsync(Database, async scheduler => await scheduler.ExchangeAsync(
            new ExchangeRequest { Tags = [SqliteHost.Tag], Worker = "other", Count = 5 }, default));
        again.Jobs.Should().HaveCount(5, "N is 1, and nothing was spent");
        again.Jobs.Where(job => job.JobId < 3).Should().OnlyContain(job => job.Attempt == 2, "numbers are never used again");
    }

    [Theory]
    [InlineData((int)CommitFault.BeforeKeeping)]
    [InlineData((int)CommitFault.AfterKeeping)]
    public async Task S14_while_commits_fail_a_worker_loses_nothing_and_does_each_job_once(int fault)
    {
        await SetUpAsync(jobs: 100);
        using var journal = new FaultyJournal(new SqliteJournal(Database, TimeProvider.System, NullLogger.Instance));
        await using (var host = await SqliteHost.StartAsync(pyremto => pyremto.UseStore("faulty", Store), BreakAsync, concurrency: 4))
        {
            (await host.WorkerEnded).Reason.Should().Be(WorkerEndReason.NothingLeft);
            await host.StopAsync();
        }

        journal.Fault.Should().Be(CommitFault.None, "every fault met a commit");
        _runs.Should().HaveCount(100).And.OnlyHaveUniqueItems("a repeated request gets the same hand-out, and N is 1");
        (await ProgressAsync()).Should().BeEquivalentTo(new { Done = 100, Exhausted = 0, Redistributed = 0, DuplicateResults = 0L });

        IJobStore Store(IServiceProvider services) =>
            new JournaledJobStore(new GroupCommitExecutor(journal, TimeProvider.System, NullLogger.Instance));

        Task<JsonText> BreakAsync(JsonText job, JobContext context, CancellationToken cancellationToken)
        {
            if (context.JobId % 30 == 10)
                journal.Fault = (CommitFault)fault;
            return RunAsync(job, context, cancellationToken);
        }
    }

    private Task<JsonText> RunAsync(JsonText job, JobContext context, CancellationToken cancellationToken)
    {
        _runs.Enqueue(context.JobId);
        return Task.FromResult(job);
    }

    /// <summary>Runs jobs before <paramref name="first"/>; the others until they are cancelled. Tells when that many of these run.</summary>
    private Func<JsonText, JobContext, CancellationToken, Task<JsonText>> HoldFrom(int first, int held)
    {
        var running = 0;
        return async (job, context, cancellationToken) =>
        {
            if (context.JobId < first)
                return await RunAsync(job, context, cancellationToken);
            if (Interlocked.Increment(ref running) == held)
                _held.SetResult();
            await _never.Task.WaitAsync(cancellationToken);
            return job;
        };
    }

    private Task<int> SetUpAsync(int jobs) => SqliteHost.OpenAsync(Database, async scheduler =>
    {
        await scheduler.CreateTagAsync(new CreateTag { Tag = SqliteHost.Tag.Tag }, default);
        return await scheduler.SetUpJobsAsync(SqliteHost.Tag, Make.SetUp(jobs), default);
    });

    private Task<TagProgress> ProgressAsync() =>
        SqliteHost.OpenAsync(Database, async scheduler => await scheduler.GetProgressAsync(SqliteHost.Tag, default));
}
