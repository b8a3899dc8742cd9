using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

public abstract class ReportConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public async Task S5_a_result_for_a_job_that_does_not_exist_is_refused(int job)
    {
        var tag = await TagAsync(jobs: 2);
        await tag.TakeAsync("w");

        var outcome = await tag.DoneAsync("w", job);

        outcome.JobId.Should().Be(job);
        outcome.Outcome.Should().Be(ReportVerdict.Refused);
        outcome.Code.Should().NotBeNullOrEmpty();
        outcome.Message.Should().Contain(job.ToString());
        outcome.Invoking(o => o.ThrowIfNotTaken()).Should().Throw<PyremtoException>();
    }

    [Fact]
    public async Task S5_a_result_for_a_job_that_was_never_handed_out_is_refused()
    {
        var tag = await TagAsync(jobs: 2);
        await tag.TakeAsync("w");

        (await tag.DoneAsync("w", 1)).Outcome.Should().Be(ReportVerdict.Refused);

        (await tag.CountsAsync()).Should().Be(new JobCounts(Waiting: 1, InProgress: 1, 0, 0, 0));
        (await tag.ResultsAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task S5_a_report_to_a_tag_without_jobs_is_refused()
    {
        var tag = await EmptyTagAsync();

        (await tag.DoneAsync("w", 0)).Outcome.Should().Be(ReportVerdict.Refused);
        (await tag.FailAsync("w", 0)).Outcome.Should().NotBe(ReportVerdict.Accepted);
        (await tag.ReleaseAsync("w", 0)).Outcome.Should().NotBe(ReportVerdict.Accepted);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task S5_a_failure_or_release_of_a_job_that_nobody_holds_is_not_held(int job)
    {
        var tag = await TagAsync(jobs: 2);
        await tag.TakeAsync("w");

        (await tag.FailAsync("w", job)).Outcome.Should().Be(ReportVerdict.NotHeld);
        (await tag.ReleaseAsync("w", job)).Outcome.Should().Be(ReportVerdict.NotHeld);

        (await tag.CountsAsync()).Should().Be(new JobCounts(Waiting: 1, InProgress: 1, 0, 0, 0));
    }

    [Fact]
    public async Task S5_a_failure_or_release_of_another_workers_hand_out_is_not_held()
    {
        var tag = await TagAsync(jobs: 1);
        await tag.TakeAsync("holder");

        (await tag.FailAsync("other", 0)).Outcome.Should().Be(ReportVerdict.NotHeld);
        (await tag.ReleaseAsync("other", 0)).Outcome.Should().Be(ReportVerdict.NotHeld);
        (await tag.FailAsync("other", 0, attempt: 1)).Outcome.Should().Be(ReportVerdict.NotHeld);
        (await tag.FailAsync(worker: null, 0)).Outcome.Should().Be(ReportVerdict.NotHeld);

        (await tag.CountsAsync()).InProgress.Should().Be(1);
    }

    [Fact]
    public async Task S5_a_failure_or_release_of_a_lost_hand_out_is_not_held()
    {
        var tag = await TagAsync(jobs: 1, n: 2);
        await tag.TakeAsync("w");
        await PassAsync(Lease);

        (await tag.FailAsync("w", 0)).Outcome.Should().Be(ReportVerdict.NotHeld);
        (await tag.ReleaseAsync("w", 0)).Outcome.Should().Be(ReportVerdict.NotHeld);

        (await tag.JobAsync(0)).Spent.Should().Be(1);
    }

    [Fact]
    public async Task S5_a_failure_or_release_after_the_result_is_not_held()
    {
        var tag = await TagAsync(jobs: 1, n: 2);
        await tag.TakeByManyAsync(2);
        await tag.DoneAsync("w1", 0);

        (await tag.FailAsync("w1", 0)).Outcome.Should().Be(ReportVerdict.NotHeld);
        (await tag.ReleaseAsync("w2", 0)).Outcome.Should().Be(ReportVerdict.NotHeld);

        (await tag.CountsAsync()).Done.Should().Be(1);
        (await tag.JobAsync(0)).Spent.Should().Be(2);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public async Task S8_S9_a_failure_that_its_worker_repeats_is_accepted_and_the_first_one_counts(int? attempt)
    {
        var tag = await TagAsync(jobs: 1, n: 3);
        await tag.TakeAsync("w");
        await tag.FailAsync("w", 0, "first", exitCode: 1);
        var before = await tag.JobAsync(0);

        (await tag.FailAsync("w", 0, "second", exitCode: 2, final: true, attempt)).Should().Be(new ReportOutcome(0, ReportVerdict.Accepted));

        (await tag.JobAsync(0)).Should().BeEquivalentTo(before, o => o.ComparingByValue<JsonText>());
        (await tag.ProgressAsync()).Workers[0].Failed.Should().Be(1);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(2)]
    public async Task S8_S9_a_release_that_its_worker_repeats_is_accepted_and_gives_the_attempt_back_once(int? attempt)
    {
        var tag = await TagAsync(jobs: 1, n: 3);
        await tag.TakeAsync("w");
        await tag.FailAsync("w", 0);
        await tag.TakeAsync("w");
        await tag.ReleaseAsync("w", 0);
        var before = await tag.JobAsync(0);

        (await tag.ReleaseAsync("w", 0, attempt)).Should().Be(new ReportOutcome(0, ReportVerdict.Accepted));

        before.Spent.Should().Be(1);
        (await tag.JobAsync(0)).Should().BeEquivalentTo(before, o => o.ComparingByValue<JsonText>());
    }

    [Fact]
    public async Task S8_S9_a_repeated_failure_touches_no_hand_out_that_came_after()
    {
        var tag = await TagAsync(jobs: 1, n: 4);
        await tag.TakeAsync("w");
        await tag.FailAsync("w", 0);
        await tag.TakeAsync("other");

        (await tag.FailAsync("w", 0)).Outcome.Should().Be(ReportVerdict.Accepted);
        await tag.FailAsync("other", 0);
        await tag.TakeAsync("w");
        (await tag.FailAsync("w", 0, attempt: 1)).Outcome.Should().Be(ReportVerdict.Accepted);

        var job = await tag.JobAsync(0);
        job.Spent.Should().Be(3);
        job.Attempts.Select(attempt => attempt.State).Should().Equal(HandOutState.Failed, HandOutState.Failed, HandOutState.Live);
    }

    [Fact]
    public async Task S8_S9_a_repeated_failure_is_known_whatever_became_of_the_job()
    {
        var tag = await TagAsync(jobs: 3, n: 2);
        await tag.AskAsync("w", count: 3);
        foreach (var job in new[] { 0, 1, 2 })
            await tag.FailAsync("w", job, final: true);
        await tag.RetryAsync();
        await tag.AskAsync("other", count: 2);
        await tag.DoneAsync("other", 0);
        await tag.CancelAsync(1);
        var before = await tag.JobsAsync();

        foreach (var job in new[] { 0, 1, 2 })
            (await tag.FailAsync("w", job)).Outcome.Should().Be(ReportVerdict.Accepted);

        (await tag.JobsAsync()).Should().BeEquivalentTo(before, o => o.ComparingByValue<JsonText>());
    }

    [Fact]
    public async Task S8_S9_a_repeated_failure_is_known_until_a_job_was_handed_out_32_times_more()
    {
        var tag = await TagAsync(jobs: 1, n: 40);
        await tag.TakeAsync("w");
        await tag.FailAsync("w", 0);
        for (var handOut = 2; handOut <= 32; handOut++)
            await TakeAndFailAsync();

        (await tag.FailAsync("w", 0, attempt: 1)).Outcome.Should().Be(ReportVerdict.Accepted);
        (await tag.FailAsync("w", 0)).Outcome.Should().Be(ReportVerdict.Accepted);
        await TakeAndFailAsync();
        (await tag.FailAsync("w", 0, attempt: 1)).Outcome.Should().Be(ReportVerdict.NotHeld);
        (await tag.FailAsync("w", 0)).Outcome.Should().Be(ReportVerdict.NotHeld);

        async Task TakeAndFailAsync()
        {
            await tag.TakeAsync("other");
            await tag.FailAsync("other", 0);
        }
    }

    [Fact]
    public async Task S5_a_release_after_a_failure_is_not_held_nor_a_failure_after_a_release()
    {
        var tag = await TagAsync(jobs: 2, n: 2);
        await tag.AskAsync("w", count: 2);
        await tag.FailAsync("w", 0);
        await tag.ReleaseAsync("w", 1);

        (await tag.ReleaseAsync("w", 0)).Outcome.Should().Be(ReportVerdict.NotHeld);
        (await tag.FailAsync("w", 1, attempt: 1)).Outcome.Should().Be(ReportVerdict.NotHeld);

        (await tag.JobAsync(0)).Spent.Should().Be(1);
        (await tag.JobAsync(1)).Spent.Should().Be(0);
    }

    [Fact]
    public async Task S5_what_another_worker_reported_is_not_held_and_anonymous_ones_are_others()
    {
        var tag = await TagAsync(jobs: 2, n: 2);
        await tag.TakeAsync("w");
        await tag.TakeAsync(worker: null);
        await tag.FailAsync("w", 0);
        await tag.ReleaseAsync(worker: null, 1);

        (await tag.FailAsync("other", 0, attempt: 1)).Outcome.Should().Be(ReportVerdict.NotHeld);
        (await tag.FailAsync(worker: null, 0)).Outcome.Should().Be(ReportVerdict.NotHeld);
        (await tag.ReleaseAsync(worker: null, 1)).Outcome.Should().Be(ReportVerdict.NotHeld);
    }

    [Fact]
    public async Task S5_without_an_attempt_the_workers_newest_hand_out_is_meant_also_where_that_was_lost_or_brought_the_result()
    {
        var tag = await TagAsync(jobs: 2, n: 3);
        await tag.AskAsync("w", count: 2);
        await tag.FailAsync("w", 0);
        await tag.FailAsync("w", 1);
        await tag.AskAsync("w", count: 2);
        await tag.DoneAsync("w", 1);
        await PassAsync(Lease);

        (await tag.FailAsync("w", 0)).Outcome.Should().Be(ReportVerdict.NotHeld);
        (await tag.FailAsync("w", 1)).Outcome.Should().Be(ReportVerdict.NotHeld);
    }

    [Fact]
    public async Task S5_an_attempt_that_is_not_the_live_one_is_not_held()
    {
        var tag = await TagAsync(jobs: 1, n: 3);
        await tag.TakeAsync("w");
        await tag.FailAsync("w", 0);
        await tag.TakeAsync("w");

        (await tag.ReleaseAsync("w", 0, attempt: 1)).Outcome.Should().Be(ReportVerdict.NotHeld);
        (await tag.ReleaseAsync("w", 0, attempt: 3)).Outcome.Should().Be(ReportVerdict.NotHeld);
        (await tag.ReleaseAsync("w", 0, attempt: 2)).Outcome.Should().Be(ReportVerdict.Accepted);
    }

    [Fact]
    public async Task S5_an_anonymous_failure_counts_for_the_newest_live_anonymous_hand_out()
    {
        var tag = await TagAsync(jobs: 1, n: 3);
        await tag.TakeAsync(worker: null);
        await tag.TakeAsync(worker: null);
        await tag.TakeAsync("w");

        (await tag.FailAsync(worker: null, 0)).Outcome.Should().Be(ReportVerdict.Accepted);

        (await tag.JobAsync(0)).Attempts.Select(attempt => attempt.State)
            .Should().Equal(HandOutState.Live, HandOutState.Failed, HandOutState.Live);
    }

    [Fact]
    public async Task S5_an_anonymous_release_counts_for_the_attempt_that_it_names()
    {
        var tag = await TagAsync(jobs: 1, n: 3);
        await tag.TakeAsync(worker: null);
        await tag.TakeAsync(worker: null);
        await tag.TakeAsync("w");

        (await tag.ReleaseAsync(worker: null, 0, attempt: 1)).Outcome.Should().Be(ReportVerdict.Accepted);
        (await tag.ReleaseAsync(worker: null, 0, attempt: 1)).Outcome.Should().Be(ReportVerdict.NotHeld);
        (await tag.ReleaseAsync(worker: null, 0, attempt: 3)).Outcome.Should().Be(ReportVerdict.NotHeld);

        (await tag.JobAsync(0)).Attempts.Select(attempt => attempt.State)
            .Should().Equal(HandOutState.Released, HandOutState.Live, HandOutState.Live);
    }

    [Fact]
    public async Task S5_one_refused_report_hinders_neither_the_others_nor_the_work()
    {
        var tag = await TagAsync(jobs: 5);
        await tag.AskAsync("w", count: 3);

        var answer = await tag.ExchangeAsync(new ExchangeRequest
        {
            Worker = "w",
            Done = [new DoneReport(99, JsonText.Parse("{}")), new DoneReport(0, JsonText.Parse("{}")), new DoneReport(4, JsonText.Parse("{}"))],
            Failed = [new FailedReport(4, "not mine"), new FailedReport(1, "mine")],
            Released = [new ReleasedReport(-5), new ReleasedReport(2)],
        });

        answer.Outcomes.Select(outcome => outcome.JobId).Should().Equal(99, 0, 4, 4, 1, -5, 2);
        answer.Outcomes.Select(outcome => outcome.Outcome == ReportVerdict.Accepted)
            .Should().Equal(false, true, false, false, true, false, true);
        answer.State.Should().Be(NextState.Job);
        answer.Jobs.Should().ContainSingle().Which.JobId.Should().Be(3);
    }

    [Fact]
    public async Task S5_reports_are_applied_before_work_is_given()
    {
        var tag = await TagAsync(jobs: 1, n: 2);
        await tag.TakeAsync("w");

        var answer = await tag.ExchangeAsync(new ExchangeRequest { Worker = "w", Failed = [new FailedReport(0, "again, please")] });

        answer.Jobs.Should().ContainSingle().Which.Attempt.Should().Be(2);
    }

    [Fact]
    public async Task S5_two_results_of_one_job_in_a_batch_are_taken_in_their_order()
    {
        var tag = await TagAsync(jobs: 1);
        await tag.TakeAsync("w");

        var answer = await tag.ExchangeAsync(new ExchangeRequest
        {
            Worker = "w",
            Done = [new DoneReport(0, JsonText.Parse("""{"y":1}""")), new DoneReport(0, JsonText.Parse("""{"y":2}"""))],
        });

        answer.Outcomes.Should().Equal(
            new ReportOutcome(0, ReportVerdict.Accepted), new ReportOutcome(0, ReportVerdict.AlreadyDone, Differs: true));
        answer.State.Should().Be(NextState.Done);
    }
}
