using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

public abstract class AnswerConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    [Fact]
    public async Task S6_a_job_comes_with_all_that_a_worker_needs()
    {
        var tag = await TagAsync(jobs: 1, lease: TimeSpan.FromSeconds(45));

        var answer = await tag.AskAsync("w");

        answer.State.Should().Be(NextState.Job);
        answer.HasJob.Should().BeTrue();
        answer.Jobs.Should().Equal(
            new HandOut("tag", tag.Record.Instance, 0, JsonText.Parse("""{"x":0}"""), Attempt: 1, Repetition: 0, TimeSpan.FromSeconds(45)));
        answer.Outcomes.Should().BeEmpty();
    }

    [Fact]
    public async Task S6_a_tag_without_jobs_is_not_set_up()
    {
        var tag = await EmptyTagAsync();

        (await tag.StateForAsync("w")).Should().Be(NextState.NotSetUp);

        (await tag.ProgressAsync()).State.Should().Be(TagStatus.NotSetUp);
    }

    [Fact]
    public async Task S6_wait_while_an_attempt_is_left_of_a_job_that_the_asker_has_itself()
    {
        var tag = await TagAsync(jobs: 1, n: 2);
        await tag.TakeAsync("w");

        (await tag.StateForAsync("w")).Should().Be(NextState.Wait);
    }

    [Fact]
    public async Task S6_wait_while_a_hand_out_is_live_that_could_be_released_or_lost()
    {
        var tag = await TagAsync(jobs: 1, n: 1);
        await tag.TakeAsync("w");

        (await tag.StateForAsync("other")).Should().Be(NextState.Wait);
        (await tag.ProgressAsync()).State.Should().Be(TagStatus.Running);
    }

    [Fact]
    public async Task S6_wait_beside_exhausted_jobs_as_long_as_one_is_live()
    {
        var tag = await TagAsync(jobs: 2);
        await tag.TakeByManyAsync(2);
        await tag.FailAsync("w1", 0);

        (await tag.StateForAsync("w1")).Should().Be(NextState.Wait);
    }

    [Fact]
    public async Task S6_drained_when_only_exhausted_jobs_are_left()
    {
        var tag = await TagAsync(jobs: 3);
        await tag.TakeByManyAsync(2);
        await tag.CancelAsync(2);
        await tag.DoneAsync("w1", 0);
        await tag.FailAsync("w2", 1);

        (await tag.StateForAsync("w")).Should().Be(NextState.Drained);
        (await tag.ProgressAsync()).State.Should().Be(TagStatus.Drained);
    }

    [Fact]
    public async Task S6_done_when_every_job_is_done_or_cancelled()
    {
        var tag = await TagAsync(jobs: 2);
        await tag.TakeAsync("w");
        await tag.DoneAsync("w", 0);
        await tag.CancelAsync(1);

        (await tag.StateForAsync("w")).Should().Be(NextState.Done);
        (await tag.ProgressAsync()).State.Should().Be(TagStatus.Done);
    }

    [Fact]
    public async Task S6_done_when_every_job_is_cancelled()
    {
        var tag = await TagAsync(jobs: 2);

        await tag.CancelAsync();

        (await tag.StateForAsync("w")).Should().Be(NextState.Done);
    }

    [Fact]
    public async Task S6_paused_while_the_tag_is_paused()
    {
        var tag = await TagAsync(jobs: 2);
        await tag.PauseAsync();

        (await tag.StateForAsync("w")).Should().Be(NextState.Paused);
        (await tag.ProgressAsync()).State.Should().Be(TagStatus.Paused);
    }

    [Fact]
    public async Task S6_has_job_is_true_for_a_job_alone()
    {
        foreach (var state in Enum.GetValues<NextState>())
            new ExchangeAnswer { State = state }.HasJob.Should().Be(state == NextState.Job);

        var tag = await TagAsync(jobs: 1);
        await tag.TakeAsync("w");
        var answer = await tag.AskAsync("w");
        answer.HasJob.Should().BeFalse();
        answer.Jobs.Should().BeEmpty();
    }

    [Fact]
    public async Task S6_who_only_reports_gets_no_work()
    {
        var tag = await TagAsync(jobs: 2);
        await tag.TakeAsync("w");

        var answer = await tag.ExchangeAsync(new ExchangeRequest { Worker = "w", Count = 0, Done = [new DoneReport(0, JsonText.Parse("{}"))] });

        answer.Jobs.Should().BeEmpty();
        answer.HasJob.Should().BeFalse();
        (await tag.CountsAsync()).Should().Be(new JobCounts(Waiting: 1, 0, Done: 1, 0, 0));
    }

    [Fact]
    public async Task S6_fewer_jobs_than_wanted_are_given_when_there_are_no_more()
    {
        var tag = await TagAsync(jobs: 2, n: 5);

        var answer = await tag.AskAsync("w", count: 10);

        answer.Jobs.Select(job => job.JobId).Should().Equal(0, 1);
    }

    [Fact]
    public async Task S6_an_anonymous_call_gets_no_job_twice()
    {
        var tag = await TagAsync(jobs: 2, n: 5);

        (await tag.AskAsync(worker: null, count: 10)).Jobs.Select(job => job.JobId).Should().Equal(0, 1);
    }
}
