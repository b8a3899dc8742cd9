using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

/// <summary>A retry and a cancellation say which of the jobs that they name they do nothing to (S12, S19).</summary>
public abstract class UnchangedJobsConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    private static readonly JobState[] States =
        [JobState.Done, JobState.Exhausted, JobState.InProgress, JobState.Cancelled, JobState.Waiting];

    [Fact]
    public async Task S12_a_retry_says_what_it_leaves_as_it_is_and_why()
    {
        var tag = await InEveryStateAsync();

        (await tag.RetryAsync([7, 4, 3, 2, 1, 0, 0, -1])).Should().BeEquivalentTo(
            Answer(1, (7, null), (4, JobState.Waiting), (3, JobState.Cancelled), (2, JobState.InProgress), (0, JobState.Done), (-1, null)),
            options => options.WithStrictOrdering());
    }

    [Fact]
    public async Task S12_a_retry_of_cancelled_jobs_too_hands_them_out_again_with_all_their_attempts()
    {
        var tag = await InEveryStateAsync();

        (await tag.RetryAsync([0, 1, 3, 4, 5], cancelled: true)).Should().BeEquivalentTo(
            Answer(2, (0, JobState.Done), (4, JobState.Waiting), (5, null)));

        (await tag.CountsAsync()).Should().Be(new JobCounts(Waiting: 3, InProgress: 1, Done: 1, 0, 0));
        (await tag.AskAsync("other", count: 9)).Jobs.Select(job => (job.JobId, job.Attempt)).Should().BeEquivalentTo([(1, 2), (3, 2), (4, 1)]);
    }

    [Fact]
    public async Task S12_a_retry_of_all_names_none_that_it_leaves()
    {
        var tag = await InEveryStateAsync();

        (await tag.RetryAsync(cancelled: true)).Should().BeEquivalentTo(Answer(2));
    }

    [Fact]
    public async Task S12_a_job_that_was_cancelled_before_it_was_ever_handed_out_can_be_retried()
    {
        var tag = await TagAsync(jobs: 3);
        await tag.CancelAsync(0, 1);
        (await tag.TakeAsync("w")).JobId.Should().Be(2);

        (await tag.RetryAsync(cancelled: true)).Jobs.Should().Be(2);

        (await tag.AskAsync("w", count: 3)).Jobs.Select(job => job.JobId).Should().Equal(0, 1);
    }

    [Fact]
    public async Task S12_a_silent_hand_out_that_is_given_up_is_a_change()
    {
        var tag = await TagAsync(jobs: 1, n: 3);
        await tag.TakeAsync(worker: null);
        Time.Advance(TimeSpan.FromHours(1));

        (await tag.RetryAsync([0], silentFor: TimeSpan.FromMinutes(1))).Should().BeEquivalentTo(Answer(1));
    }

    [Fact]
    public async Task S4_no_retry_and_no_cancellation_touches_a_result()
    {
        var tag = await TagAsync(jobs: 1);
        await tag.TakeAsync("w");
        await tag.DoneAsync("w", 0, """{"y":1}""");

        (await tag.RetryAsync([0], TimeSpan.Zero, cancelled: true)).Should().BeEquivalentTo(Answer(0, (0, JobState.Done)));
        (await tag.CancelAsync(0)).Should().BeEquivalentTo(Answer(0, (0, JobState.Done)));

        (await tag.ResultsAsync()).Should().ContainSingle().Which.Result.ToString().Should().Be("""{"y":1}""");
    }

    [Fact]
    public async Task S12_a_worker_that_was_lost_before_the_cancellation_may_still_bring_its_result()
    {
        var tag = await TagAsync(jobs: 1);
        await tag.TakeAsync("w", "r1");
        await PassAsync(Lease);
        await tag.CancelAsync();
        (await tag.AskAsync("w", "r1")).State.Should().Be(NextState.Done, "a cancelled job is handed out to nobody");
        await tag.RetryAsync(cancelled: true);

        (await tag.BeatAsync("w", [new HeldJob(0, Attempt: 1)])).Should().BeEmpty();
        (await tag.DoneAsync("w", 0, attempt: 1)).Outcome.Should().Be(ReportVerdict.Accepted);
    }

    [Fact]
    public async Task S19_a_cancellation_says_what_it_leaves_as_it_is_and_why()
    {
        var tag = await InEveryStateAsync();

        (await tag.CancelAsync(0, 1, 2, 3, 4, 5)).Should().BeEquivalentTo(Answer(3, (0, JobState.Done), (3, JobState.Cancelled), (5, null)));
    }

    [Fact]
    public async Task A_tag_without_jobs_has_none_of_those_that_are_named()
    {
        var tag = await EmptyTagAsync();

        (await tag.RetryAsync([0, 0, 1])).Should().BeEquivalentTo(Answer(0, (0, null), (1, null)));
        (await tag.CancelAsync(2)).Should().BeEquivalentTo(Answer(0, (2, null)));
        (await tag.CancelAsync()).Should().BeEquivalentTo(Answer(0));
    }

    private static ChangedJobs Answer(int jobs, params (int JobId, JobState? State)[] unchanged) =>
        new(jobs, [.. unchanged.Select(job => new UnchangedJob(job.JobId, job.State))]);

    /// <summary>Five jobs, each in another state: <see cref="States"/>.</summary>
    private async Task<TestTag> InEveryStateAsync()
    {
        var tag = await TagAsync(jobs: 5, n: 1);
        await tag.AskAsync("w", count: 4);
        await tag.DoneAsync("w", 0);
        await tag.FailAsync("w", 1);
        await tag.CancelAsync(3);
        (await tag.JobsAsync()).Jobs.Select(job => job.State).Should().Equal(States);
        return tag;
    }
}
