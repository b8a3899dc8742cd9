using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

/// <summary>For stores whose data outlives them: reopening restores attempts, their order and what they cost.</summary>
public abstract class ReopenedAttemptsConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task S14_what_happens_after_the_reopening_is_kept_beside_what_happened_before(bool withAResult)
    {
        var tag = await TagAsync(jobs: 4, n: 2);
        await tag.TakeByManyAsync(3);
        if (withAResult)
            await tag.DoneAsync("w1", 0);

        for (var worker = 4; worker <= 5; worker++)
        {
            await Harness.ReopenAsync();
            await tag.TakeAsync($"w{worker}");
            await tag.FailAsync("w2", 1, $"before w{worker}");
        }
        await tag.DoneAsync("w3", 2);
        await Harness.ReopenAsync();

        (await tag.JobAsync(1)).Attempts[0].Should().Match<AttemptInfo>(attempt => attempt.Worker == "w2" && attempt.Error == "before w4");
        (await tag.JobAsync(3)).Attempts[0].Worker.Should().Be("w4");
        (await tag.ResultsAsync()).Select(result => (result.JobId, result.Worker)).Should().Equal(
            withAResult ? [(0, "w1"), (2, "w3")] : [(2, "w3")]);
    }

    [Fact]
    public async Task S9_a_job_that_failed_for_good_stays_exhausted_whoever_releases_it()
    {
        var tag = await TagAsync(jobs: 1, n: 4);
        await tag.TakeByManyAsync(3);
        await tag.FailAsync("w1", 0, final: true);
        await tag.ReleaseAsync("w2", 0);

        await Harness.ReopenAsync();

        (await tag.JobAsync(0)).Spent.Should().Be(4);
        await tag.ReleaseAsync("w3", 0);
        (await tag.JobAsync(0)).Should().Match<JobInfo>(job => job.State == JobState.Exhausted && job.Spent == 4);
    }

    [Fact]
    public async Task S3_S8_after_a_reopening_too_nothing_is_taken_back_that_a_request_may_have_been_told_again()
    {
        var tag = await TagAsync(jobs: 1);
        var request = new ExchangeRequest { Worker = "w", RequestId = "r1" };
        var unread = await tag.ExchangeAsync(request);
        await tag.ExchangeAsync(request);
        await Harness.ReopenAsync();

        (await tag.ExchangeAsync(request.GivingBack(unread))).Outcomes.Should().Equal(new ReportOutcome(0, ReportVerdict.NotHeld));

        (await tag.CountsAsync()).InProgress.Should().Be(1);
    }

    [Fact]
    public async Task S3_attempts_are_still_spent_after_reopening()
    {
        var tag = await TagAsync(jobs: 3, n: 2);
        await tag.TakeAsync("w");
        await tag.FailAsync("w", 0, "it broke", exitCode: 3);
        await tag.TakeAsync("w");
        await tag.ReleaseAsync("w", 1);
        await tag.TakeAsync(worker: null);
        var before = await tag.JobsAsync();

        await Harness.ReopenAsync();

        (await tag.JobsAsync()).Should().BeEquivalentTo(before, o => o.ComparingByValue<JsonText>().WithStrictOrdering());
        (await tag.AskAsync("w2", count: 9)).Jobs.Select(job => (job.JobId, job.Attempt)).Should().Equal((1, 2), (0, 2), (2, 2));
    }

    [Fact]
    public async Task S8_S14_a_failure_or_release_that_is_repeated_after_reopening_is_accepted_and_counts_once()
    {
        var tag = await TagAsync(jobs: 3, n: 3);
        await tag.AskAsync("w", "r1", count: 2);
        var exchange = new ExchangeRequest
        {
            Worker = "w", RequestId = "r2", Failed = [new FailedReport(0, "it broke")], Released = [new ReleasedReport(1)],
        };
        var first = await tag.ExchangeAsync(exchange);
        var before = await tag.JobsAsync();

        await Harness.ReopenAsync();
        var again = await tag.ExchangeAsync(exchange);

        again.Outcomes.Should().Equal(new ReportOutcome(0, ReportVerdict.Accepted), new ReportOutcome(1, ReportVerdict.Accepted));
        again.Jobs.Should().Equal(first.Jobs);
        (await tag.JobsAsync()).Should().BeEquivalentTo(before, o => o.ComparingByValue<JsonText>().WithStrictOrdering());
        (await tag.ProgressAsync()).Workers[0].Failed.Should().Be(1);
    }

    [Fact]
    public async Task S9_a_final_failure_still_spends_all_attempts_after_reopening()
    {
        var tag = await TagAsync(jobs: 1, n: 3);
        await tag.TakeAsync("w");
        await tag.FailAsync("w", 0, final: true);

        await Harness.ReopenAsync();

        (await tag.JobAsync(0)).Spent.Should().Be(3);
        (await tag.StateForAsync("w")).Should().Be(NextState.Drained);
    }

    [Fact]
    public async Task S12_a_retry_still_holds_after_reopening()
    {
        var tag = await ExhaustedTagAsync(n: 2);
        await tag.RetryAsync();

        await Harness.ReopenAsync();

        (await tag.JobAsync(0)).Spent.Should().Be(0);
        (await tag.TakeAsync("w")).Attempt.Should().Be(3);
    }

    [Fact]
    public async Task S2_the_order_is_the_same_after_reopening()
    {
        var tag = await TagAsync(jobs: 4, n: 9);
        await tag.AskAsync("w", count: 4);
        foreach (var job in new[] { 2, 0, 3, 1 })
        {
            Time.Advance(Second);
            await tag.ReleaseAsync("w", job);
            await tag.TakeAsync("w");
        }
        await tag.FailAsync("w", 3);

        await Harness.ReopenAsync();

        (await tag.AskAsync("other", count: 4)).Jobs.Select(job => job.JobId).Should().Equal(3, 2, 0, 1);
    }

    [Fact]
    public async Task S8_request_ids_are_kept_with_their_hand_outs()
    {
        var tag = await TagAsync(jobs: 3, n: 2);
        var first = await tag.AskAsync("w", "r1", count: 2);

        await Harness.ReopenAsync();

        (await tag.AskAsync("w", "r1", count: 2)).Jobs.Should().Equal(first.Jobs);
        (await tag.TakeAsync("w", "r2")).JobId.Should().Be(2);
    }

    [Fact]
    public async Task S8_a_replay_gives_the_same_even_if_the_hand_out_ran_in_the_process_that_ended()
    {
        var tag = await TagAsync(jobs: 1);
        var first = await tag.TakeAsync("w", "r1", inProcess: true);
        await Harness.ReopenAsync();

        (await tag.TakeAsync("w", "r1")).Should().Be(first);
    }
}
