using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

public abstract class RetryDelayConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task S9_without_a_delay_a_failed_job_may_be_handed_out_at_once()
    {
        var tag = await DelayedTagAsync(delay: TimeSpan.Zero);
        await FailAsync(tag);

        (await tag.JobAsync(0)).WaitingUntil.Should().BeNull();
        (await tag.TakeAsync("other")).Attempt.Should().Be(2);
    }

    [Fact]
    public async Task S9_a_failed_job_waits_for_its_delay_and_others_are_handed_out_meanwhile()
    {
        var tag = await DelayedTagAsync(jobs: 2, policy: RedistributionPolicy.WhenLost);
        var until = await FailAsync(tag);

        until.Should().BeOnOrAfter(Time.GetUtcNow() + Delay).And.BeOnOrBefore(Time.GetUtcNow() + (Delay * 1.25));
        (await tag.CountsAsync()).Should().Be(new JobCounts(Waiting: 2, 0, 0, 0, 0));
        (await tag.TakeAsync("w")).JobId.Should().Be(1);
        (await tag.StateForAsync("other")).Should().Be(NextState.Wait);
        await PassAsync(until - Time.GetUtcNow() - TimeSpan.FromMilliseconds(1));
        (await tag.StateForAsync("other")).Should().Be(NextState.Wait);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        (await tag.TakeAsync("other")).Should().Match<HandOut>(job => job.JobId == 0 && job.Attempt == 2);
        (await tag.JobAsync(0)).WaitingUntil.Should().BeNull();
    }

    [Fact]
    public async Task S9_the_delay_doubles_up_to_64_times()
    {
        var tag = await DelayedTagAsync(n: 10);
        foreach (var doubled in new[] { 1, 2, 4, 8, 16, 32, 64, 64, 64 })
        {
            var until = await FailAsync(tag);
            until.Should().BeOnOrAfter(Time.GetUtcNow() + (Delay * doubled)).And.BeOnOrBefore(Time.GetUtcNow() + (Delay * doubled * 1.25));
            Time.Advance(until - Time.GetUtcNow());
        }
        await tag.TakeAsync("w");
        await tag.FailAsync("w", 0);
        (await tag.JobAsync(0)).Should().Match<JobInfo>(job => job.State == JobState.Exhausted && job.WaitingUntil == null);
        await HasNoDeadlineAsync();
    }

    [Fact]
    public async Task S9_the_delay_is_a_day_at_most()
    {
        var tag = await DelayedTagAsync(delay: TimeSpan.FromHours(20), n: 3);
        Time.Advance(await FailAsync(tag) - Time.GetUtcNow());

        (await FailAsync(tag)).Should().BeOnOrBefore(Time.GetUtcNow() + (TimeSpan.FromDays(1) * 1.25));
    }

    [Fact]
    public async Task S9_jobs_that_fail_together_do_not_come_back_together()
    {
        var tag = await DelayedTagAsync(jobs: 50);
        await tag.AskAsync("w", count: 50);
        for (var job = 0; job < 50; job++)
            await tag.FailAsync("w", job);

        (await tag.JobsAsync()).Jobs.Select(job => job.WaitingUntil).Distinct().Should().HaveCountGreaterThan(40);
    }

    [Fact]
    public async Task S9_a_lost_or_released_job_does_not_wait()
    {
        var tag = await DelayedTagAsync(jobs: 2);
        await tag.AskAsync("w", count: 2);
        await tag.ReleaseAsync("w", 0);
        await PassAsync(Lease);

        (await tag.AskAsync("other", count: 2)).Jobs.Should().HaveCount(2);
    }

    [Fact]
    public async Task S9_while_a_job_is_delayed_nobody_gets_it_although_another_worker_still_has_it()
    {
        var tag = await DelayedTagAsync(n: 5);
        await tag.TakeAsync("w1");
        await tag.TakeAsync("w2");
        await tag.FailAsync("w1", 0);

        (await tag.StateForAsync("w3")).Should().Be(NextState.Wait);
        await tag.ReleaseAsync("w2", 0);
        (await tag.StateForAsync("w3")).Should().Be(NextState.Wait);
        Time.Advance(Delay * 3);
        (await tag.TakeAsync("w3")).Attempt.Should().Be(3);
    }

    [Fact]
    public async Task S9_a_late_result_counts_during_the_delay_and_ends_it()
    {
        var tag = await DelayedTagAsync();
        await FailAsync(tag);

        (await tag.DoneAsync("w", 0)).Outcome.Should().Be(ReportVerdict.Accepted);

        (await tag.StateForAsync("other")).Should().Be(NextState.Done);
        await HasNoDeadlineAsync();
    }

    [Fact]
    public async Task S12_a_retry_makes_a_delayed_job_due_at_once_and_forgives_nothing()
    {
        var tag = await DelayedTagAsync(jobs: 2);
        await FailAsync(tag);

        (await tag.RetryAsync([0, 1])).Should().BeEquivalentTo(new ChangedJobs(1, [new UnchangedJob(1, JobState.Waiting)]));

        (await tag.JobAsync(0)).Should().Match<JobInfo>(job => job.WaitingUntil == null && job.Spent == 1);
        (await tag.AskAsync("w", count: 2)).Jobs.Should().HaveCount(2);
    }

    [Fact]
    public async Task S19_a_delayed_job_can_be_cancelled_and_comes_back_without_a_delay()
    {
        var tag = await DelayedTagAsync();
        await FailAsync(tag);

        (await tag.CancelAsync(0)).Jobs.Should().Be(1);
        (await tag.RetryAsync([0], cancelled: true)).Jobs.Should().Be(1);

        (await tag.TakeAsync("other")).Attempt.Should().Be(2);
    }

    [Fact]
    public async Task S19_a_change_of_N_does_not_shorten_a_delay()
    {
        var tag = await DelayedTagAsync(n: 3);
        var until = await FailAsync(tag);

        await tag.UpdateAsync(new TagUpdate { MaxRedistributionAttempts = 1 });
        (await tag.StateForAsync("other")).Should().Be(NextState.Drained);
        await tag.UpdateAsync(new TagUpdate { MaxRedistributionAttempts = 2 });

        (await tag.JobAsync(0)).WaitingUntil.Should().Be(until);
        (await tag.StateForAsync("other")).Should().Be(NextState.Wait);
        await PassAsync(until - Time.GetUtcNow());
        (await tag.TakeAsync("other")).Attempt.Should().Be(2);
    }

    [Fact]
    public async Task S19_a_changed_delay_counts_for_failures_to_come()
    {
        var tag = await DelayedTagAsync(delay: TimeSpan.Zero, n: 3);
        await FailAsync(tag);

        await tag.UpdateAsync(new TagUpdate { RetryDelay = Delay });

        (await tag.ProgressAsync()).RetryDelay.Should().Be(Delay);
        (await tag.TakeAsync("w")).Attempt.Should().Be(2);
        await tag.FailAsync("w", 0);
        (await tag.JobAsync(0)).WaitingUntil.Should().BeOnOrAfter(Time.GetUtcNow() + (2 * Delay));
    }

    [Fact]
    public async Task S19_a_delay_goes_on_while_the_tag_is_paused()
    {
        var tag = await DelayedTagAsync();
        var until = await FailAsync(tag);
        await tag.PauseAsync();
        await PassAsync(until - Time.GetUtcNow());
        (await tag.StateForAsync("other")).Should().Be(NextState.Paused);

        await tag.ResumeAsync();

        (await tag.TakeAsync("other")).Attempt.Should().Be(2);
    }

    [Fact]
    public async Task S7_the_end_of_a_delay_is_a_deadline_and_opens_the_job()
    {
        var tag = await DelayedTagAsync();
        var until = await FailAsync(tag);
        Store.NextDeadlineIn.Should().Be(until - Time.GetUtcNow());
        (await ToldAsync()).Clear();

        await PassAsync(until - Time.GetUtcNow());

        (await ToldAsync()).Changes.Sum(change => change.Opened).Should().Be(1);
        await HasNoDeadlineAsync();
    }

    [Fact]
    public async Task S19_nothing_is_left_of_a_delay_when_its_tag_is_deleted()
    {
        var tag = await DelayedTagAsync();
        await FailAsync(tag);

        await tag.DeleteAsync();

        await HasNoDeadlineAsync();
    }

    /// <summary>Nothing is left that could end; a deadline that was dropped may stand until it would have come.</summary>
    private async Task HasNoDeadlineAsync()
    {
        await PassAsync(TimeSpan.FromDays(2));
        Store.NextDeadlineIn.Should().BeNull();
    }

    private async Task<TestTag> DelayedTagAsync(
        int jobs = 1, int n = 2, TimeSpan? delay = null, RedistributionPolicy policy = RedistributionPolicy.WhenIdle)
    {
        var tag = await EmptyTagAsync();
        await tag.SetUpAsync(Make.SetUp(jobs, n, policy) with { RetryDelay = delay ?? Delay });
        return tag;
    }

    /// <summary>Job 0 is taken and fails; answers until when it waits.</summary>
    private async Task<DateTimeOffset> FailAsync(TestTag tag)
    {
        (await tag.TakeAsync("w")).JobId.Should().Be(0);
        (await tag.FailAsync("w", 0)).Outcome.Should().Be(ReportVerdict.Accepted);
        return (await tag.JobAsync(0)).WaitingUntil ?? Time.GetUtcNow();
    }
}
