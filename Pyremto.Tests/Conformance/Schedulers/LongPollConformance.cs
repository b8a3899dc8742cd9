using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Schedulers;

public abstract class LongPollConformance(SchedulerUnderTest kind) : SchedulerConformance(kind)
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(37);

    [Fact]
    public async Task S7_wait_is_answered_the_moment_a_job_is_released()
    {
        var tag = await TagAsync();
        await TakeAsync(tag, "w1");
        var waiting = await WaitAsync(tag, "w2");

        await ReleaseAsync(tag, "w1", 0);

        (await Answer(waiting)).Jobs.Should().ContainSingle().Which.Attempt.Should().Be(2);
    }

    [Fact]
    public async Task S7_wait_is_answered_the_moment_a_job_failed_and_an_attempt_is_left()
    {
        var tag = await TagAsync(n: 2);
        await TakeAsync(tag, "w1");
        var waiting = await WaitAsync(tag, "w2");

        await FailAsync(tag, "w1", 0);

        (await Answer(waiting)).HasJob.Should().BeTrue();
    }

    [Fact]
    public async Task S7_wait_is_answered_the_moment_a_lease_ends()
    {
        var tag = await TagAsync(n: 2, lease: TimeSpan.FromSeconds(10));
        await TakeAsync(tag, "silent");
        var waiting = await WaitAsync(tag, "w");
        Time.Advance(TimeSpan.FromSeconds(9.9));
        waiting.IsCompleted.Should().BeFalse();

        Time.Advance(TimeSpan.FromSeconds(0.2));

        (await Answer(waiting)).Jobs.Should().ContainSingle().Which.Attempt.Should().Be(2);
    }

    [Fact]
    public async Task S9_wait_is_answered_the_moment_a_retry_delay_ends()
    {
        var tag = await EmptyTagAsync();
        await Scheduler.SetUpJobsAsync(
            tag, Make.SetUp(1, n: 2) with { RetryDelay = TimeSpan.FromSeconds(10) }, CancellationToken.None);
        await TakeAsync(tag, "w1");
        await FailAsync(tag, "w1", 0);
        var until = (await Scheduler.GetJobsAsync(tag, new JobQuery(), CancellationToken.None)).Jobs[0].WaitingUntil;
        var waiting = await WaitAsync(tag, "w2");
        Time.Advance(TimeSpan.FromSeconds(9.9));
        waiting.IsCompleted.Should().BeFalse();

        Time.Advance(TimeSpan.FromSeconds(2.7));

        (await Answer(waiting)).Jobs.Should().ContainSingle().Which.Attempt.Should().Be(2);
        until.Should().BeOnOrBefore(Time.GetUtcNow());
    }

    [Fact]
    public async Task Who_waits_is_a_live_worker()
    {
        var tag = await TagAsync();
        await Scheduler.PauseAsync(tag, CancellationToken.None);
        (await Scheduler.GetProgressAsync(tag, CancellationToken.None)).NoWorkerSince.Should().NotBeNull();

        var waiting = await WaitAsync(tag, "w");

        using var patience = new CancellationTokenSource(Patience);
        TagProgress progress;
        do
            progress = await Scheduler.GetProgressAsync(tag, patience.Token);
        while (progress.LiveWorkers == 0); // the request may be on its way to its sleep
        progress.LiveWorkers.Should().Be(1);
        progress.NoWorkerSince.Should().BeNull();
        await Scheduler.ResumeAsync(tag, CancellationToken.None);
        (await Answer(waiting)).HasJob.Should().BeTrue();
    }

    [Fact]
    public async Task S7_wait_is_answered_the_moment_a_session_is_lost()
    {
        var tag = await TagAsync(n: 2);
        await TakeAsync(tag, "w1");
        var waiting = await WaitAsync(tag, "w2");

        await Harness.Coordinator.SessionLostAsync(["w1"], CancellationToken.None); // as a transport's server says it

        (await Answer(waiting)).HasJob.Should().BeTrue();
    }

    [Fact]
    public async Task S7_wait_is_answered_when_all_is_done()
    {
        var tag = await TagAsync();
        await TakeAsync(tag, "w1");
        var waiting = await WaitAsync(tag, "w2");

        await DoneAsync(tag, "w1", 0);

        (await Answer(waiting)).State.Should().Be(NextState.Done);
    }

    [Theory]
    [InlineData("retried")]
    [InlineData("deleted")]
    public async Task S7_who_waits_until_there_is_work_sleeps_over_done_and_drained(string how)
    {
        var tag = await TagAsync();
        await TakeAsync(tag, "w1");
        var request = new ExchangeRequest { Tags = [tag], Worker = "w2", Wait = Wait, UntilWork = true };
        var waiting = Scheduler.ExchangeAsync(request, CancellationToken.None).AsTask();
        await Time.UntilTimerAsync(Wait);
        await FailAsync(tag, "w1", 0);
        var later = Scheduler.ExchangeAsync(request with { Worker = "w3", Wait = Wait + Second }, CancellationToken.None).AsTask();
        await Time.UntilTimerAsync(Wait + Second);

        Time.Advance(Wait);
        (await Answer(waiting)).State.Should().Be(NextState.Drained, "so it is when the time is up");
        if (how == "retried")
            await Scheduler.RetryAsync(tag, null, null, cancelled: false, CancellationToken.None);
        else
            await Scheduler.DeleteTagAsync(tag, CancellationToken.None);

        if (how == "retried")
            (await Answer(later)).Jobs.Should().ContainSingle();
        else
            await later.Awaiting(Answer).Should().ThrowAsync<TagUnknownException>();
    }

    [Fact]
    public async Task S7_wait_is_answered_when_only_exhausted_jobs_are_left()
    {
        var tag = await TagAsync();
        await TakeAsync(tag, "w1");
        var waiting = await WaitAsync(tag, "w2");

        await FailAsync(tag, "w1", 0);

        (await Answer(waiting)).State.Should().Be(NextState.Drained);
    }

    [Fact]
    public async Task S7_wait_is_answered_when_the_rest_is_cancelled()
    {
        var tag = await TagAsync();
        await TakeAsync(tag, "w1");
        var waiting = await WaitAsync(tag, "w2");

        await Scheduler.CancelAsync(tag, null, CancellationToken.None);

        (await Answer(waiting)).State.Should().Be(NextState.Done);
    }

    [Fact]
    public async Task S7_wait_is_answered_when_a_changed_policy_or_N_opens_a_job()
    {
        var tag = await TagAsync(n: 1);
        await TakeAsync(tag, "w1");
        var waiting = await WaitAsync(tag, "w2");
        await Scheduler.UpdateTagAsync(tag, new TagUpdate { Policy = RedistributionPolicy.WhenIdle }, CancellationToken.None);

        await Scheduler.UpdateTagAsync(tag, new TagUpdate { MaxRedistributionAttempts = 2 }, CancellationToken.None);

        (await Answer(waiting)).Jobs.Should().ContainSingle().Which.Attempt.Should().Be(2);
    }

    [Fact]
    public async Task S7_wait_is_answered_when_the_tag_is_deleted()
    {
        var tag = await TagAsync();
        await TakeAsync(tag, "w1");
        var waiting = await WaitAsync(tag, "w2");

        await Scheduler.DeleteTagAsync(tag, CancellationToken.None);

        await FluentActions.Awaiting(() => Answer(waiting)).Should().ThrowAsync<TagUnknownException>();
    }

    [Fact]
    public async Task S7_paused_is_answered_the_moment_it_is_resumed()
    {
        var tag = await TagAsync();
        await Scheduler.PauseAsync(tag, CancellationToken.None);
        var waiting = await WaitAsync(tag, "w");

        await Scheduler.ResumeAsync(tag, CancellationToken.None);

        (await Answer(waiting)).HasJob.Should().BeTrue();
    }

    [Fact]
    public async Task S7_not_set_up_is_answered_the_moment_jobs_are_set_up()
    {
        var tag = await EmptyTagAsync();
        var waiting = await WaitAsync(tag, "w");

        await Scheduler.SetUpJobsAsync(tag, Make.SetUp(1), CancellationToken.None);

        (await Answer(waiting)).HasJob.Should().BeTrue();
    }

    [Theory]
    [InlineData(NextState.Wait)]
    [InlineData(NextState.Paused)]
    [InlineData(NextState.NotSetUp)]
    public async Task S7_it_is_answered_when_its_time_is_up_and_not_before(NextState state)
    {
        var tag = state == NextState.NotSetUp ? await EmptyTagAsync() : await TagAsync();
        if (state == NextState.Wait)
            await TakeAsync(tag, "w1");
        if (state == NextState.Paused)
            await Scheduler.PauseAsync(tag, CancellationToken.None);
        var waiting = await WaitAsync(tag, "w2");
        Time.Advance(Wait - Second);
        waiting.IsCompleted.Should().BeFalse();

        Time.Advance(Second);

        (await Answer(waiting)).State.Should().Be(state);
    }

    [Fact]
    public async Task S7_a_longer_wait_is_cut_to_50_seconds()
    {
        var tag = await TagAsync();
        await TakeAsync(tag, "w1");
        var waiting = AskAsync(tag, "w2", TimeSpan.FromHours(1));
        await Time.UntilTimerAsync(TagDefaults.LongestWait);

        Time.Advance(TagDefaults.LongestWait);

        (await Answer(waiting)).State.Should().Be(NextState.Wait);
    }

    [Fact]
    public async Task S7_drained_and_done_are_answered_at_once()
    {
        var drained = await TagAsync(name: "drained");
        await TakeAsync(drained, "w");
        await FailAsync(drained, "w", 0);
        var done = await TagAsync(name: "done");
        await Scheduler.CancelAsync(done, null, CancellationToken.None);

        (await Answer(AskAsync(drained, "w", Wait))).State.Should().Be(NextState.Drained);
        (await Answer(AskAsync(done, "w", Wait))).State.Should().Be(NextState.Done);
    }

    [Fact]
    public async Task S7_who_only_reports_does_not_wait()
    {
        var tag = await TagAsync();
        await TakeAsync(tag, "w");

        var answer = await Answer(AskAsync(tag, "w", Wait, count: 0));

        answer.Jobs.Should().BeEmpty();
    }

    [Fact]
    public async Task S7_nobody_polls_the_store()
    {
        var tag = await TagAsync(lease: TimeSpan.FromHours(1));
        await TakeAsync(tag, "w1");
        var before = Harness.Store.Exchanges;
        var waiting = await WaitAsync(tag, "w2");

        for (var i = 0; i < 37; i++)
            Time.Advance(Second);

        await Answer(waiting);
        (Harness.Store.Exchanges - before).Should().BeLessThanOrEqualTo(3, "it asks when it comes and before it sleeps, not every now and then");
    }

    [Fact]
    public async Task S7_reports_are_taken_before_the_wait()
    {
        var tag = await TagAsync(jobs: 2);
        await TakeAsync(tag, "w1");
        await TakeAsync(tag, "w2");

        var waiting = Scheduler.ExchangeAsync(
            new ExchangeRequest { Tags = [tag], Worker = "w1", Wait = Wait, Done = [new DoneReport(0, JsonText.Parse("{}"))] },
            CancellationToken.None).AsTask();
        await Time.UntilTimerAsync(Wait);

        (await CountsAsync(tag)).Done.Should().Be(1);
        await ReleaseAsync(tag, "w2", 1);
        var answer = await Answer(waiting);
        answer.Outcomes.Should().ContainSingle().Which.Outcome.Should().Be(ReportVerdict.Accepted);
        answer.Jobs.Should().ContainSingle().Which.JobId.Should().Be(1);
    }

    [Fact]
    public async Task S7_of_many_who_wait_as_many_are_served_as_there_are_jobs()
    {
        var tag = await TagAsync(jobs: 5);
        await AskAsync(tag, "holder", count: 5);
        var waiting = new List<Task<ExchangeAnswer>>();
        for (var i = 0; i < 8; i++)
            waiting.Add(await WaitAsync(tag, $"w{i}"));

        await ReportAsync(new ExchangeRequest
        {
            Tags = [tag], Worker = "holder", Released = [.. Enumerable.Range(0, 5).Select(job => new ReleasedReport(job))],
        });

        var served = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            var answered = await Task.WhenAny(waiting).WaitAsync(Patience);
            waiting.Remove(answered);
            served.Add((await answered).Jobs.Should().ContainSingle().Subject.JobId);
        }
        served.Should().BeEquivalentTo([0, 1, 2, 3, 4]);
        waiting.Should().OnlyContain(rest => !rest.IsCompleted);
        Time.Advance(Wait);
        foreach (var rest in waiting)
            (await Answer(rest)).State.Should().Be(NextState.Wait);
    }

    [Fact]
    public async Task S7_all_who_wait_for_a_set_up_are_answered()
    {
        var tag = await EmptyTagAsync();
        var waiting = new List<Task<ExchangeAnswer>>();
        for (var i = 0; i < 4; i++)
            waiting.Add(await WaitAsync(tag, $"w{i}"));

        await Scheduler.SetUpJobsAsync(tag, Make.SetUp(3, policy: RedistributionPolicy.WhenLost), CancellationToken.None);

        var answers = await Task.WhenAll(waiting).WaitAsync(Patience);
        answers.Count(answer => answer.HasJob).Should().Be(3);
        answers.Should().ContainSingle(answer => answer.State == NextState.Wait, "not_set_up has changed for it too");
    }

    [Fact]
    public async Task S7_a_wait_over_several_tags_ends_with_work_of_any()
    {
        var a = await TagAsync(name: "a");
        var b = await TagAsync(name: "b");
        await TakeAsync(a, "w1");
        await TakeAsync(b, "w1");
        var waiting = Scheduler.ExchangeAsync(new ExchangeRequest { Tags = [a, b], Worker = "w2", Wait = Wait }, CancellationToken.None).AsTask();
        await Time.UntilTimerAsync(Wait);

        await ReleaseAsync(b, "w1", 0);

        (await Answer(waiting)).Jobs.Should().ContainSingle().Which.Tag.Should().Be("b");
    }

    [Fact]
    public async Task S8_a_repeated_request_that_waited_gets_the_same_job()
    {
        var tag = await EmptyTagAsync();
        var waiting = AskAsync(tag, "w", Wait, "r1");
        await Time.UntilTimerAsync(Wait);
        await Scheduler.SetUpJobsAsync(tag, Make.SetUp(3), CancellationToken.None);
        var first = await Answer(waiting);

        var again = await AskAsync(tag, "w", Wait, "r1");

        again.Jobs.Should().Equal(first.Jobs);
    }

    [Fact]
    public async Task S7_S8_a_request_that_comes_again_while_it_waits_takes_the_place_of_the_first()
    {
        var tag = await TagAsync();
        await TakeAsync(tag, "w1");
        var cutOff = AskAsync(tag, "w2", Wait, "r1");
        await Time.UntilTimerAsync(Wait);

        var again = AskAsync(tag, "w2", Wait, "r1");

        (await Answer(cutOff)).State.Should().Be(NextState.Wait, "nobody may be there any more to take a job");
        await ReleaseAsync(tag, "w1", 0);
        (await Answer(again)).Jobs.Should().ContainSingle();
    }

    /// <summary>A request for work that waits by the time this returns.</summary>
    private async Task<Task<ExchangeAnswer>> WaitAsync(TagAccess tag, string worker)
    {
        var others = Time.TimersThatFireIn(Wait); // the lease timer may start or stop at any moment, and counts for nothing here
        var waiting = AskAsync(tag, worker, Wait);
        await Time.UntilTimerAsync(_ => waiting.IsCompleted || Time.TimersThatFireIn(Wait) > others, "of another request");
        waiting.IsCompleted.Should().BeFalse();
        return waiting;
    }

    private static Task<ExchangeAnswer> Answer(Task<ExchangeAnswer> waiting) => waiting.WaitAsync(Patience);
}
