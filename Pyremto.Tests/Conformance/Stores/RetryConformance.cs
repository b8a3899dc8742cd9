using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

public abstract class RetryConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    [Fact]
    public async Task S12_a_retry_gives_an_exhausted_job_all_its_attempts_again()
    {
        var tag = await ExhaustedTagAsync(n: 2);

        (await tag.RetryAsync()).Jobs.Should().Be(1);

        (await tag.CountsAsync()).Should().Be(new JobCounts(Waiting: 1, 0, 0, 0, 0));
        (await tag.JobAsync(0)).Spent.Should().Be(0);
        (await tag.TakeAsync("w")).Attempt.Should().Be(3, "attempt numbers are never used again");
        await tag.FailAsync("w", 0);
        (await tag.TakeAsync("w")).Attempt.Should().Be(4);
        await tag.FailAsync("w", 0);
        (await tag.StateForAsync("w")).Should().Be(NextState.Drained);
    }

    [Fact]
    public async Task S12_a_retry_touches_exhausted_jobs_only()
    {
        var tag = await TagAsync(jobs: 5, n: 1);
        await tag.TakeByManyAsync(4);
        await tag.DoneAsync("w1", 0);
        await tag.FailAsync("w2", 1);
        await tag.CancelAsync(3);

        (await tag.RetryAsync()).Jobs.Should().Be(1);

        (await tag.JobsAsync()).Jobs.Select(job => job.State).Should().Equal(
            JobState.Done, JobState.Waiting, JobState.InProgress, JobState.Cancelled, JobState.Waiting);
        (await tag.JobsAsync()).Jobs.Select(job => job.Spent).Should().Equal(1, 0, 1, 1, 0);
    }

    [Fact]
    public async Task S12_a_retry_by_id_touches_those_jobs_only()
    {
        var tag = await TagAsync(jobs: 4);
        await tag.AskAsync("w", count: 4);
        foreach (var job in new[] { 0, 1, 2 })
            await tag.FailAsync("w", job);

        (await tag.RetryAsync([1, 2, 3])).Jobs.Should().Be(2);

        (await tag.JobsAsync()).Jobs.Select(job => job.State).Should().Equal(
            JobState.Exhausted, JobState.Waiting, JobState.Waiting, JobState.InProgress);
    }

    [Fact]
    public async Task S12_a_job_named_twice_is_retried_once()
    {
        var tag = await ExhaustedTagAsync();

        (await tag.RetryAsync([0, 0])).Jobs.Should().Be(1);
    }

    [Fact]
    public async Task S12_a_retry_of_nothing_is_nothing()
    {
        var tag = await ExhaustedTagAsync();

        (await tag.RetryAsync([])).Jobs.Should().Be(0);

        (await tag.CountsAsync()).Exhausted.Should().Be(1);
    }

    [Fact]
    public async Task S12_silent_hand_outs_are_given_up_and_retried()
    {
        var tag = await TagAsync(jobs: 2, n: 1);
        await tag.TakeAsync(worker: null);
        Time.Advance(TimeSpan.FromMinutes(9));
        await tag.TakeAsync(worker: null);
        Time.Advance(TimeSpan.FromMinutes(1));

        await tag.RetryAsync(silentFor: TimeSpan.FromMinutes(10));

        (await tag.JobAsync(0)).State.Should().Be(JobState.Waiting);
        (await tag.JobAsync(0)).Spent.Should().Be(0);
        (await tag.JobAsync(0)).Attempts.Should().ContainSingle().Which.State.Should().Be(HandOutState.Lost);
        (await tag.JobAsync(1)).State.Should().Be(JobState.InProgress);
        (await tag.TakeAsync(worker: null)).Should().Match<HandOut>(job => job.JobId == 0 && job.Attempt == 2);
    }

    [Fact]
    public async Task S12_a_worker_that_gives_signs_of_life_is_not_silent()
    {
        var tag = await TagAsync(jobs: 2);
        await tag.TakeAsync("silent");
        await tag.TakeAsync("busy");
        Time.Advance(TimeSpan.FromSeconds(30));
        await tag.BeatAsync("busy");
        Time.Advance(TimeSpan.FromSeconds(10));

        await tag.RetryAsync(silentFor: TimeSpan.FromSeconds(40));

        (await tag.JobAsync(0)).State.Should().Be(JobState.Waiting);
        (await tag.JobAsync(1)).State.Should().Be(JobState.InProgress);
    }

    [Fact]
    public async Task S12_without_silence_live_hand_outs_are_left_alone()
    {
        var tag = await TagAsync(jobs: 1);
        await tag.TakeAsync(worker: null);
        Time.Advance(TimeSpan.FromHours(1));

        (await tag.RetryAsync()).Jobs.Should().Be(0);

        (await tag.CountsAsync()).InProgress.Should().Be(1);
    }

    [Fact]
    public async Task S12_a_late_result_is_welcome_after_a_retry()
    {
        var tag = await ExhaustedTagAsync();
        await tag.RetryAsync();

        (await tag.DoneAsync("w", 0)).Outcome.Should().Be(ReportVerdict.Accepted);

        (await tag.CountsAsync()).Done.Should().Be(1);
    }
}
