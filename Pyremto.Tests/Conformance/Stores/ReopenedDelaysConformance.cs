using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

/// <summary>For stores whose data outlives them: reopening restores what a failed job waits for (S9), and what was cancelled and came
/// back (S12).</summary>
public abstract class ReopenedDelaysConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    private static readonly TimeSpan Delay = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task S9_a_delay_ends_at_the_same_moment_after_a_restart()
    {
        var tag = await FailedAsync();
        var until = (await tag.JobAsync(0)).WaitingUntil;
        Time.Advance(TimeSpan.FromMinutes(1));

        await Harness.ReopenAsync();

        (await tag.JobAsync(0)).WaitingUntil.Should().Be(until).And.NotBeNull();
        Store.NextDeadlineIn.Should().Be(until - Time.GetUtcNow());
        (await tag.ProgressAsync()).RetryDelay.Should().Be(Delay);
        (await tag.StateForAsync("other")).Should().Be(NextState.Wait);
        await PassAsync(until!.Value - Time.GetUtcNow());
        (await tag.TakeAsync("other")).Attempt.Should().Be(2);
    }

    [Fact]
    public async Task S9_a_delay_that_ended_while_the_store_was_closed_is_over()
    {
        var tag = await FailedAsync();
        Time.Advance(2 * Delay);

        await Harness.ReopenAsync();

        (await tag.TakeAsync("other")).Attempt.Should().Be(2);
    }

    [Fact]
    public async Task S9_a_delay_that_a_retry_or_a_result_ended_does_not_come_back()
    {
        var tag = await FailedAsync(jobs: 2);
        await tag.RetryAsync([0]);
        await tag.DoneAsync("w", 1);

        await Harness.ReopenAsync();

        (await tag.JobAsync(1)).Should().Match<JobInfo>(job => job.State == JobState.Done && job.WaitingUntil == null);
        (await tag.TakeAsync("other")).JobId.Should().Be(0);
        Store.NextDeadlineIn.Should().Be(Lease, "only the hand-out's lease is left to end");
    }

    [Fact]
    public async Task S9_a_delay_of_a_hand_out_before_does_not_come_back()
    {
        var tag = await FailedAsync(n: 3);
        Time.Advance(2 * Delay);
        await tag.TakeAsync("w");
        await tag.ReleaseAsync("w", 0);

        await Harness.ReopenAsync();

        (await tag.JobAsync(0)).WaitingUntil.Should().BeNull();
        (await tag.TakeAsync("other")).Attempt.Should().Be(3);
    }

    [Fact]
    public async Task S12_a_cancelled_job_that_was_retried_is_not_cancelled_after_a_restart()
    {
        var tag = await FailedAsync(jobs: 3);
        await tag.CancelAsync();
        await tag.RetryAsync([0, 1], cancelled: true);

        await Harness.ReopenAsync();

        (await tag.JobsAsync()).Jobs.Select(job => (job.State, job.Spent, job.WaitingUntil)).Should().Equal(
            (JobState.Waiting, 0, null), (JobState.Waiting, 0, null), (JobState.Cancelled, 1, null));
        (await tag.AskAsync("other", count: 3)).Jobs.Select(job => (job.JobId, job.Attempt)).Should().Equal((0, 2), (1, 2));
    }

    [Fact]
    public async Task Failed_attempts_and_the_last_sign_of_life_are_known_after_a_restart()
    {
        var tag = await FailedAsync(jobs: 3);
        var sign = Time.GetUtcNow();
        Time.Advance(Lease);

        await Harness.ReopenAsync();

        var progress = await tag.ProgressAsync();
        progress.FailedAttempts.Should().Be(3);
        progress.LiveWorkers.Should().Be(0);
        progress.NoWorkerSince.Should().Be(sign);
        (await Store.GetSummaryAsync(tag.Record, CancellationToken.None)).FailedAttempts.Should().Be(3);
    }

    /// <summary>All its jobs were taken once and failed.</summary>
    private async Task<TestTag> FailedAsync(int jobs = 1, int n = 2)
    {
        var tag = await EmptyTagAsync();
        await tag.SetUpAsync(Make.SetUp(jobs, n) with { RetryDelay = Delay });
        await tag.AskAsync("w", count: jobs);
        for (var job = 0; job < jobs; job++)
            await tag.FailAsync("w", job);
        return tag;
    }
}
