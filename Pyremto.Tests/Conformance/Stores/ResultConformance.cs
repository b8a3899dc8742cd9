using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

public abstract class ResultConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    [Fact]
    public async Task S4_a_result_finishes_its_job()
    {
        var tag = await TagAsync(jobs: 2);
        var startedAt = Time.GetUtcNow();
        await tag.TakeAsync("w");
        Time.Advance(TimeSpan.FromSeconds(2.5));

        var outcome = await tag.DoneAsync("w", 0, """{"y":1}""");

        outcome.Should().Be(new ReportOutcome(0, ReportVerdict.Accepted));
        (await tag.CountsAsync()).Should().Be(new JobCounts(Waiting: 1, 0, Done: 1, 0, 0));
        var result = (await tag.ResultsAsync()).Should().ContainSingle().Subject;
        result.Should().BeEquivalentTo(new JobResult
        {
            JobId = 0,
            Description = JsonText.Parse("""{"x":0}"""),
            Result = JsonText.Parse("""{"y":1}"""),
            Attempt = 1,
            Worker = "w",
            StartedAt = startedAt,
            DoneAt = Time.GetUtcNow(),
        }, o => o.ComparingByValue<JsonText>());
        result.DurationSeconds.Should().Be(2.5);
        (await tag.ProgressAsync()).LastResultAt.Should().Be(Time.GetUtcNow());
        (await tag.ProgressAsync()).StartedAt.Should().Be(startedAt);
    }

    [Fact]
    public async Task S4_the_first_result_wins_and_never_changes()
    {
        var tag = await TagAsync(jobs: 1, n: 3);
        await tag.TakeByManyAsync(3);
        await tag.DoneAsync("w2", 0, """{"from":2}""");

        (await tag.DoneAsync("w1", 0, """{"from":1}""")).Should().Be(new ReportOutcome(0, ReportVerdict.AlreadyDone, Differs: true));
        (await tag.DoneAsync("w3", 0, """{"from":2}""")).Should().Be(new ReportOutcome(0, ReportVerdict.AlreadyDone, Differs: false));

        var result = (await tag.ResultsAsync()).Should().ContainSingle().Subject;
        result.Result.ToString().Should().Be("""{"from":2}""");
        result.Worker.Should().Be("w2");
        result.Attempt.Should().Be(2);
        var progress = await tag.ProgressAsync();
        progress.DuplicateResults.Should().Be(2);
        progress.DifferingResults.Should().Be(1);
    }

    [Fact]
    public async Task S4_the_same_worker_sending_the_same_again_is_accepted_and_not_counted()
    {
        var tag = await TagAsync(jobs: 1);
        await tag.TakeAsync("w");
        await tag.DoneAsync("w", 0, """{"y":1}""");

        (await tag.DoneAsync("w", 0, """{"y":1}""")).Outcome.Should().Be(ReportVerdict.Accepted);

        (await tag.ProgressAsync()).DuplicateResults.Should().Be(0);
        (await tag.ProgressAsync()).Done.Should().Be(1);
        (await tag.ResultsAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task S4_the_same_worker_sending_another_result_is_told_that_it_differs()
    {
        var tag = await TagAsync(jobs: 1);
        await tag.TakeAsync("w");
        await tag.DoneAsync("w", 0, """{"y":1}""");

        (await tag.DoneAsync("w", 0, """{"y":2}""")).Should().Be(new ReportOutcome(0, ReportVerdict.AlreadyDone, Differs: true));

        (await tag.ProgressAsync()).DifferingResults.Should().Be(1);
        (await tag.ResultsAsync())[0].Result.ToString().Should().Be("""{"y":1}""");
    }

    [Fact]
    public async Task S4_a_late_result_of_a_lost_hand_out_is_accepted_while_there_is_none()
    {
        var tag = await TagAsync(jobs: 1, n: 2);
        await tag.TakeAsync("slow");
        await PassAsync(Lease);
        await tag.TakeAsync("other");

        (await tag.DoneAsync("slow", 0)).Outcome.Should().Be(ReportVerdict.Accepted);

        (await tag.DoneAsync("other", 0)).Outcome.Should().Be(ReportVerdict.AlreadyDone);
        var result = (await tag.ResultsAsync()).Should().ContainSingle().Subject;
        result.Worker.Should().Be("slow");
        result.Attempt.Should().Be(1);
    }

    [Fact]
    public async Task S4_a_late_result_finishes_an_exhausted_job()
    {
        var tag = await TagAsync(jobs: 1);
        await tag.TakeAsync("slow");
        await PassAsync(Lease);
        (await tag.CountsAsync()).Exhausted.Should().Be(1);

        (await tag.DoneAsync("slow", 0)).Outcome.Should().Be(ReportVerdict.Accepted);

        (await tag.CountsAsync()).Should().Be(new JobCounts(0, 0, Done: 1, 0, 0));
        (await tag.StateForAsync("w")).Should().Be(NextState.Done);
    }

    [Fact]
    public async Task S4_a_late_result_finishes_a_cancelled_job()
    {
        var tag = await TagAsync(jobs: 1);
        await tag.TakeAsync("slow");
        await tag.CancelAsync();

        (await tag.DoneAsync("slow", 0)).Outcome.Should().Be(ReportVerdict.Accepted);

        (await tag.CountsAsync()).Should().Be(new JobCounts(0, 0, Done: 1, 0, 0));
    }

    [Fact]
    public async Task S4_the_attempt_that_a_result_names_is_the_one_that_it_is_kept_with()
    {
        var tag = await TagAsync(jobs: 1, n: 2);
        await tag.TakeAsync("w");
        await PassAsync(Lease);
        (await tag.TakeAsync("w")).Attempt.Should().Be(2);

        await tag.DoneAsync("w", 0, attempt: 1);

        (await tag.ResultsAsync())[0].Attempt.Should().Be(1);
    }

    [Fact]
    public async Task S4_without_attempt_the_workers_own_newest_hand_out_is_meant_even_if_it_ended()
    {
        var tag = await TagAsync(jobs: 1, n: 2);
        var startedAt = Time.GetUtcNow();
        await tag.TakeAsync("w1");
        Time.Advance(Second);
        await tag.TakeAsync("w2");
        await tag.FailAsync("w1", 0);

        await tag.DoneAsync("w1", 0);

        var result = (await tag.ResultsAsync()).Should().ContainSingle().Subject;
        result.Attempt.Should().Be(1);
        result.Worker.Should().Be("w1");
        result.StartedAt.Should().Be(startedAt);
    }

    [Fact]
    public async Task S4_what_was_lost_stays_lost_when_another_brings_the_result()
    {
        var tag = await TagAsync(jobs: 1, n: 2);
        await tag.TakeAsync("w1");
        await PassAsync(Lease);
        await tag.TakeAsync("w2");

        await tag.DoneAsync("w2", 0);

        (await tag.JobAsync(0)).Attempts.Select(attempt => (attempt.Attempt, attempt.State))
            .Should().Equal((1, HandOutState.Lost), (2, HandOutState.Done));
        (await tag.ProgressAsync()).Workers.Single(worker => worker.Worker == "w1").Lost.Should().Be(1);
    }

    [Fact]
    public async Task S4_an_anonymous_result_counts()
    {
        var tag = await TagAsync(jobs: 1);
        await tag.TakeAsync(worker: null);

        (await tag.DoneAsync(worker: null, 0)).Outcome.Should().Be(ReportVerdict.Accepted);

        var result = (await tag.ResultsAsync()).Should().ContainSingle().Subject;
        result.Worker.Should().BeNull();
        result.Attempt.Should().Be(1);
    }

    [Fact]
    public async Task S4_what_became_of_each_hand_out_is_kept()
    {
        var tag = await TagAsync(jobs: 1, n: 3);
        await tag.TakeByManyAsync(3);
        await tag.FailAsync("w1", 0);
        await tag.DoneAsync("w2", 0);

        (await tag.JobAsync(0)).Attempts.Select(attempt => attempt.State)
            .Should().Equal(HandOutState.Failed, HandOutState.Done, HandOutState.Superseded);
    }

    [Fact]
    public async Task S4_results_of_workers_that_race_give_one_winner()
    {
        const int Workers = 8;
        var tag = await TagAsync(jobs: 1, n: Workers);
        await tag.TakeByManyAsync(Workers);

        var outcomes = await Task.WhenAll(Enumerable.Range(1, Workers)
            .Select(i => Task.Run(() => tag.DoneAsync($"w{i}", 0, $$"""{"from":{{i}}}"""))));

        outcomes.Should().ContainSingle(outcome => outcome.Outcome == ReportVerdict.Accepted);
        (await tag.ProgressAsync()).DifferingResults.Should().Be(Workers - 1);
    }

    [Fact]
    public async Task Results_are_read_in_pages_by_job()
    {
        var tag = await TagAsync(jobs: 4);
        await tag.AskAsync("w", count: 4);
        foreach (var job in new[] { 3, 0, 2 })
            await tag.DoneAsync("w", job);

        (await PageAsync(after: -1)).Should().Equal(0, 2);
        (await PageAsync(after: 2)).Should().Equal(3);
        (await PageAsync(after: 3)).Should().BeEmpty();

        async Task<IEnumerable<int>> PageAsync(int after) =>
            (await tag.ResultsAsync(new ResultQuery { After = after, Limit = 2 })).Select(result => result.JobId);
    }

    [Fact]
    public async Task Results_are_read_in_pages_by_completion_so_that_they_can_be_followed()
    {
        var tag = await TagAsync(jobs: 4);
        await tag.AskAsync("w", count: 4);
        foreach (var job in new[] { 3, 0, 2 })
            await tag.DoneAsync("w", job);

        (await PageAsync(after: -1)).Should().Equal(3, 0);
        (await PageAsync(after: 2)).Should().Equal(2);
        await tag.DoneAsync("w", 1);
        (await PageAsync(after: 3)).Should().Equal(1);

        async Task<IEnumerable<int>> PageAsync(int after) =>
            (await tag.ResultsAsync(new ResultQuery { Order = ResultOrder.ByCompletion, After = after, Limit = 2 })).Select(result => result.JobId);
    }
}
