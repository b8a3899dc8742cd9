using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

public abstract class ReplayConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    [Fact]
    public async Task S8_the_same_worker_with_the_same_request_id_gets_the_same_job_and_attempt()
    {
        var tag = await TagAsync(jobs: 3, n: 2);
        var first = await tag.TakeAsync("w", "r1");

        (await tag.TakeAsync("w", "r1")).Should().Be(first);

        (await tag.JobAsync(0)).Spent.Should().Be(1);
        (await tag.CountsAsync()).Should().Be(new JobCounts(Waiting: 2, InProgress: 1, 0, 0, 0));
    }

    [Fact]
    public async Task S8_another_request_id_gets_another_job()
    {
        var tag = await TagAsync(jobs: 3);
        await tag.TakeAsync("w", "r1");

        (await tag.TakeAsync("w", "r2")).JobId.Should().Be(1);
    }

    [Fact]
    public async Task S8_request_ids_are_kept_by_worker()
    {
        var tag = await TagAsync(jobs: 3);
        await tag.TakeAsync("w1", "r");

        (await tag.TakeAsync("w2", "r")).JobId.Should().Be(1);
    }

    [Fact]
    public async Task S8_a_replay_gives_the_same_even_if_the_hand_out_was_lost_meanwhile()
    {
        var tag = await TagAsync(jobs: 2, n: 2);
        var first = await tag.TakeAsync("w", "r1");
        await PassAsync(Lease);

        (await tag.TakeAsync("w", "r1")).Should().Be(first);

        var job = await tag.JobAsync(0);
        job.Spent.Should().Be(1);
        job.State.Should().Be(JobState.InProgress);
        (await tag.FailAsync("w", 0)).Outcome.Should().Be(ReportVerdict.Accepted, "a hand-out that was given again is live again");
    }

    [Fact]
    public async Task S8_a_replay_gives_the_same_even_if_another_worker_has_the_job_meanwhile()
    {
        var tag = await TagAsync(jobs: 1, n: 2);
        var first = await tag.TakeAsync("w", "r1");
        await PassAsync(Lease);
        await tag.TakeAsync("other");

        (await tag.TakeAsync("w", "r1")).Should().Be(first);

        (await tag.JobAsync(0)).Spent.Should().Be(2);
    }

    [Fact]
    public async Task S8_a_replay_gives_the_same_even_if_no_attempt_is_left()
    {
        var tag = await TagAsync(jobs: 1);
        var first = await tag.TakeAsync("w", "r1");
        await PassAsync(Lease);
        (await tag.CountsAsync()).Exhausted.Should().Be(1);

        (await tag.TakeAsync("w", "r1")).Should().Be(first);

        (await tag.CountsAsync()).InProgress.Should().Be(1);
    }

    [Fact]
    public async Task S8_a_replay_gives_other_work_once_the_job_has_its_result()
    {
        var tag = await TagAsync(jobs: 2, n: 2);
        await tag.TakeAsync("w", "r1");
        await tag.DoneAsync("w", 0);

        (await tag.TakeAsync("w", "r1")).JobId.Should().Be(1);
    }

    [Fact]
    public async Task S8_a_replay_gives_other_work_once_the_hand_out_was_released_or_failed()
    {
        var tag = await TagAsync(jobs: 3, n: 2);
        await tag.TakeAsync("w", "r1");
        await tag.ReleaseAsync("w", 0);
        (await tag.TakeAsync("w", "r1")).JobId.Should().Be(1);
        await tag.FailAsync("w", 1);

        (await tag.TakeAsync("w", "r1")).JobId.Should().Be(2);
    }

    [Fact]
    public async Task S8_a_replay_of_several_jobs_gives_the_same_ones()
    {
        var tag = await TagAsync(jobs: 5);
        var first = await tag.AskAsync("w", "r1", count: 3);

        var again = await tag.AskAsync("w", "r1", count: 3);

        again.Jobs.Should().Equal(first.Jobs);
        (await tag.CountsAsync()).InProgress.Should().Be(3);
    }

    [Fact]
    public async Task S8_a_replay_counts_results_once()
    {
        var tag = await TagAsync(jobs: 3);
        await tag.TakeAsync("w", "r1");
        var exchange = new ExchangeRequest { Worker = "w", RequestId = "r2", Done = [new DoneReport(0, JsonText.Parse("{}"))] };
        var first = await tag.ExchangeAsync(exchange);

        var again = await tag.ExchangeAsync(exchange);

        again.Jobs.Should().Equal(first.Jobs);
        again.Outcomes.Should().Equal(new ReportOutcome(0, ReportVerdict.Accepted));
        (await tag.ProgressAsync()).DuplicateResults.Should().Be(0);
        (await tag.CountsAsync()).Should().Be(new JobCounts(Waiting: 1, InProgress: 1, Done: 1, 0, 0));
    }

    [Fact]
    public async Task S8_a_replayed_failure_does_not_touch_the_attempt_that_it_brought()
    {
        var tag = await TagAsync(jobs: 1, n: 3);
        await tag.TakeAsync("w", "r1");
        var exchange = new ExchangeRequest { Worker = "w", RequestId = "r2", Failed = [new FailedReport(0, "it broke")] };
        (await tag.ExchangeAsync(exchange)).Jobs.Should().ContainSingle().Which.Attempt.Should().Be(2);

        var again = await tag.ExchangeAsync(exchange);

        again.Jobs.Should().ContainSingle().Which.Attempt.Should().Be(2);
        again.Outcomes.Should().Equal(new ReportOutcome(0, ReportVerdict.Accepted));
        (await tag.JobAsync(0)).Attempts.Select(attempt => attempt.State).Should().Equal(HandOutState.Failed, HandOutState.Live);
        (await tag.ProgressAsync()).Workers[0].Failed.Should().Be(1);
    }

    [Fact]
    public async Task S8_a_replayed_release_does_not_touch_the_attempt_that_it_brought()
    {
        var tag = await TagAsync(jobs: 1, n: 1);
        await tag.TakeAsync("w", "r1");
        var exchange = new ExchangeRequest { Worker = "w", RequestId = "r2", Released = [new ReleasedReport(0)] };
        (await tag.ExchangeAsync(exchange)).Jobs.Should().ContainSingle().Which.Attempt.Should().Be(2);

        var again = await tag.ExchangeAsync(exchange);

        again.Jobs.Should().ContainSingle().Which.Attempt.Should().Be(2);
        again.Outcomes.Should().Equal(new ReportOutcome(0, ReportVerdict.Accepted));
        (await tag.JobAsync(0)).Attempts.Select(attempt => attempt.State).Should().Equal(HandOutState.Released, HandOutState.Live);
        (await tag.JobAsync(0)).Spent.Should().Be(1);
    }

    [Fact]
    public async Task S8_a_replayed_failure_is_known_even_if_what_it_brought_was_lost_meanwhile()
    {
        var tag = await TagAsync(jobs: 1, n: 3);
        await tag.TakeAsync("w", "r1");
        var exchange = new ExchangeRequest { Worker = "w", RequestId = "r2", Failed = [new FailedReport(0, "it broke")] };
        await tag.ExchangeAsync(exchange);
        await PassAsync(Lease);

        var again = await tag.ExchangeAsync(exchange);

        again.Outcomes.Should().Equal(new ReportOutcome(0, ReportVerdict.Accepted));
        again.Jobs.Should().ContainSingle().Which.Attempt.Should().Be(2);
        (await tag.JobAsync(0)).Spent.Should().Be(2);
    }

    [Fact]
    public async Task S8_a_replayed_failure_is_known_even_if_another_worker_finished_the_job_meanwhile()
    {
        var tag = await TagAsync(jobs: 1, n: 3);
        await tag.TakeAsync("w", "r1");
        var exchange = new ExchangeRequest { Worker = "w", RequestId = "r2", Failed = [new FailedReport(0, "it broke")] };
        await tag.ExchangeAsync(exchange);
        await tag.DoneAsync("other", 0);

        var again = await tag.ExchangeAsync(exchange);

        again.Outcomes.Should().Equal(new ReportOutcome(0, ReportVerdict.Accepted));
        again.State.Should().Be(NextState.Done);
    }

    [Fact]
    public async Task S8_replays_that_race_get_one_job()
    {
        var tag = await TagAsync(jobs: 9);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => tag.AskAsync("w", "r1"))));

        answers.SelectMany(answer => answer.Jobs).Should().HaveCount(8).And.OnlyContain(job => job.JobId == 0 && job.Attempt == 1);
        (await tag.CountsAsync()).InProgress.Should().Be(1);
    }

    [Fact]
    public async Task S3_S8_what_a_request_was_told_again_is_not_taken_back_for_the_asker_who_hung_up_before()
    {
        var tag = await TagAsync(jobs: 3);
        var request = new ExchangeRequest { Worker = "w", RequestId = "r1", Count = 2 };
        var unread = await tag.ExchangeAsync(request);
        var read = await tag.ExchangeAsync(request);

        (await tag.ExchangeAsync(request.GivingBack(unread))).Outcomes.Should().Equal(
            new ReportOutcome(0, ReportVerdict.NotHeld), new ReportOutcome(1, ReportVerdict.NotHeld));
        (await tag.CountsAsync()).InProgress.Should().Be(2);

        (await tag.ExchangeAsync(request.GivingBack(read))).Outcomes.Should().OnlyContain(outcome => outcome.Outcome == ReportVerdict.Accepted);
        (await tag.CountsAsync()).InProgress.Should().Be(0);
        (await tag.JobAsync(0)).Spent.Should().Be(0);
    }
}
