using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

public abstract class FailReleaseConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    [Fact]
    public async Task S9_a_failure_keeps_its_error_one_for_each_attempt()
    {
        var tag = await TagAsync(jobs: 1, n: 2);
        var start = Time.GetUtcNow();
        await tag.TakeAsync("w1");
        Time.Advance(Second);
        await tag.FailAsync("w1", 0, "out of memory", exitCode: 137);
        await tag.TakeAsync("w2");
        Time.Advance(Second);
        await tag.FailAsync("w2", 0, "ZeroDivisionError: ÷\nline 2");

        (await tag.JobAsync(0)).Attempts.Should().Equal(
            new AttemptInfo(1, HandOutState.Failed, "w1", start, start + Second, "out of memory", 137),
            new AttemptInfo(2, HandOutState.Failed, "w2", start + Second, start + 2 * Second, "ZeroDivisionError: ÷\nline 2", ExitCode: null));
    }

    [Fact]
    public async Task S9_a_failed_job_waits_for_its_next_attempt()
    {
        var tag = await TagAsync(jobs: 1, n: 2);
        await tag.TakeAsync("w");

        await tag.FailAsync("w", 0);

        (await tag.CountsAsync()).Should().Be(new JobCounts(Waiting: 1, 0, 0, 0, 0));
        (await tag.TakeAsync("w")).Attempt.Should().Be(2);
    }

    [Fact]
    public async Task S9_a_final_failure_spends_all_attempts()
    {
        var tag = await TagAsync(jobs: 1, n: 3);
        await tag.TakeAsync("w");

        await tag.FailAsync("w", 0, final: true);

        var job = await tag.JobAsync(0);
        job.State.Should().Be(JobState.Exhausted);
        job.Spent.Should().Be(3);
        (await tag.StateForAsync("w")).Should().Be(NextState.Drained);
    }

    [Fact]
    public async Task S9_a_final_failure_leaves_another_live_hand_out_alone()
    {
        var tag = await TagAsync(jobs: 1, n: 3);
        await tag.TakeByManyAsync(2);
        await tag.FailAsync("w1", 0, final: true);

        (await tag.StateForAsync("w3")).Should().Be(NextState.Wait);
        (await tag.DoneAsync("w2", 0)).Outcome.Should().Be(ReportVerdict.Accepted);
        (await tag.CountsAsync()).Done.Should().Be(1);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    public async Task S9_a_release_does_not_reopen_a_job_that_failed_for_good(int n)
    {
        var tag = await TagAsync(jobs: 1, n);
        await tag.TakeByManyAsync(2);
        await tag.FailAsync("w1", 0, final: true);

        (await tag.ReleaseAsync("w2", 0)).Outcome.Should().Be(ReportVerdict.Accepted);

        (await tag.StateForAsync("w3")).Should().Be(NextState.Drained);
        (await tag.JobAsync(0)).Spent.Should().Be(n);
        (await tag.RetryAsync()).Jobs.Should().Be(1);
        (await tag.TakeAsync("w3")).Attempt.Should().Be(3);
    }

    [Fact]
    public async Task S9_a_lost_worker_that_comes_back_and_releases_does_not_reopen_a_job_that_failed_for_good()
    {
        var tag = await TagAsync(jobs: 1, n: 3, RedistributionPolicy.WhenLost);
        await tag.TakeAsync("away");
        await Store.SessionLostAsync(["away"], CancellationToken.None);
        await tag.TakeAsync("w");
        await tag.FailAsync("w", 0, final: true);

        await tag.BeatAsync("away", [new HeldJob(0, Attempt: 1)]);
        (await tag.ReleaseAsync("away", 0)).Outcome.Should().Be(ReportVerdict.Accepted);

        (await tag.StateForAsync("w")).Should().Be(NextState.Drained);
    }

    [Fact]
    public async Task S9_a_release_gives_the_attempt_back_and_its_number_is_not_used_again()
    {
        var tag = await TagAsync(jobs: 1, n: 1);
        await tag.TakeAsync("w");

        (await tag.ReleaseAsync("w", 0)).Should().Be(new ReportOutcome(0, ReportVerdict.Accepted));

        var job = await tag.JobAsync(0);
        job.Spent.Should().Be(0);
        job.State.Should().Be(JobState.Waiting);
        (await tag.TakeAsync("w")).Attempt.Should().Be(2);
        (await tag.JobAsync(0)).Attempts.Select(attempt => (attempt.Attempt, attempt.State))
            .Should().Equal((1, HandOutState.Released), (2, HandOutState.Live));
    }

    [Fact]
    public async Task S9_what_a_worker_did_is_counted()
    {
        var tag = await TagAsync(jobs: 6, n: 1);
        await tag.AskAsync("w1", count: 3);
        await tag.DoneAsync("w1", 0);
        await tag.FailAsync("w1", 1);
        Time.Advance(Second);
        await tag.AskAsync("w2", count: 2);
        await Store.SessionLostAsync(["w1"], CancellationToken.None);
        await tag.TakeAsync(worker: null);

        var progress = await tag.ProgressAsync();

        progress.WorkerCount.Should().Be(2);
        progress.Workers.Select(worker => worker with { LastSeen = default }).Should().Equal(
            new WorkerProgress("w2", Live: 2, Done: 0, Failed: 0, Lost: 0, default),
            new WorkerProgress("w1", Live: 0, Done: 1, Failed: 1, Lost: 1, default));
        progress.Workers[0].LastSeen.Should().Be(Time.GetUtcNow());
    }

    [Fact]
    public async Task Jobs_are_read_in_pages_by_state()
    {
        var tag = await TagAsync(jobs: 6);
        await tag.AskAsync("w", count: 4);
        await tag.FailAsync("w", 1);
        await tag.FailAsync("w", 3);
        await tag.DoneAsync("w", 0);

        var first = await tag.JobsAsync(new JobQuery { Limit = 4 });
        first.Jobs.Select(job => (job.JobId, job.State)).Should().Equal(
            (0, JobState.Done), (1, JobState.Exhausted), (2, JobState.InProgress), (3, JobState.Exhausted));
        first.Next.Should().Be(3);
        var second = await tag.JobsAsync(new JobQuery { Limit = 4, After = 3 });
        second.Jobs.Select(job => job.JobId).Should().Equal(4, 5);
        second.Next.Should().BeNull();
        (await IdsAsync(JobState.Waiting)).Should().Equal(4, 5);
        (await IdsAsync(JobState.InProgress)).Should().Equal(2);
        (await IdsAsync(JobState.Exhausted)).Should().Equal(1, 3);
        (await IdsAsync(JobState.Done)).Should().Equal(0);
        (await IdsAsync(JobState.Cancelled)).Should().BeEmpty();

        async Task<IEnumerable<int>> IdsAsync(JobState state)
        {
            var ids = new List<int>();
            for (int? after = -1; after is not null;)
            {
                var page = await tag.JobsAsync(new JobQuery { State = state, Limit = 1, After = after.Value });
                ids.AddRange(page.Jobs.Select(job => job.JobId));
                after = page.Next;
            }
            return ids;
        }
    }

    [Fact]
    public async Task The_last_page_of_jobs_says_so_even_if_it_is_full()
    {
        var tag = await TagAsync(jobs: 4);

        (await tag.JobsAsync(new JobQuery { Limit = 2, After = 1 })).Next.Should().BeNull();
        (await tag.JobsAsync(new JobQuery { Limit = 4 })).Next.Should().BeNull();
        (await tag.JobsAsync(new JobQuery { Limit = 4, State = JobState.Done })).Next.Should().BeNull();
    }

    [Fact]
    public async Task A_job_shows_its_last_32_hand_outs()
    {
        var tag = await TagAsync(jobs: 1, n: 40);
        for (var i = 0; i < 40; i++)
        {
            await tag.TakeAsync("w");
            await tag.FailAsync("w", 0);
        }

        (await tag.JobAsync(0)).Attempts.Select(attempt => attempt.Attempt).Should().Equal(Enumerable.Range(9, 32));
    }
}
