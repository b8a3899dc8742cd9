using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Schedulers;

public abstract class SteeringConformance(SchedulerUnderTest kind) : SchedulerConformance(kind)
{
    [Fact]
    public async Task S1_a_creation_and_a_set_up_repeated_after_a_lost_answer_succeed()
    {
        var create = new CreateTag { Tag = "tag", Password = "secret", RequestId = "r1" };
        var first = await Scheduler.CreateTagAsync(create, CancellationToken.None);
        var again = await Scheduler.CreateTagAsync(create, CancellationToken.None);
        again.Instance.Should().Be(first.Instance);
        var tag = new TagAccess("tag", "secret");
        var setup = Make.SetUp(3, requestId: "r2");
        await Scheduler.SetUpJobsAsync(tag, setup, CancellationToken.None);

        (await Scheduler.SetUpJobsAsync(tag, setup, CancellationToken.None)).Should().Be(3);

        var second = async () => await Scheduler.SetUpJobsAsync(tag, setup with { RequestId = "r3" }, CancellationToken.None);
        await second.Should().ThrowAsync<JobsAlreadySetUpException>();
        (await CountsAsync(tag)).Total.Should().Be(3);
    }

    [Fact]
    public async Task S1_a_tag_without_name_is_given_one()
    {
        var a = await Scheduler.CreateTagAsync(new CreateTag(), CancellationToken.None);
        var b = await Scheduler.CreateTagAsync(new CreateTag(), CancellationToken.None);

        a.Tag.Should().NotBeNullOrWhiteSpace().And.NotBe(b.Tag);
        (await Scheduler.TagExistsAsync(a.Tag, CancellationToken.None)).Should().BeTrue();
    }

    [Fact]
    public async Task S1_a_nameless_creation_repeated_with_its_request_id_gives_the_same_tag()
    {
        var create = new CreateTag { RequestId = "r1" };
        var first = await Scheduler.CreateTagAsync(create, CancellationToken.None);

        var again = await Scheduler.CreateTagAsync(create, CancellationToken.None);

        again.Tag.Should().Be(first.Tag);
        again.Instance.Should().Be(first.Instance);
    }

    [Fact]
    public async Task S19_pause_resume_and_update()
    {
        var tag = await TagAsync(jobs: 2, n: 1);
        await TakeAsync(tag, "w");
        await Scheduler.PauseAsync(tag, CancellationToken.None);
        (await AskAsync(tag, "w")).State.Should().Be(NextState.Paused);
        (await DoneAsync(tag, "w", 0)).Outcome.Should().Be(ReportVerdict.Accepted);
        await Scheduler.ResumeAsync(tag, CancellationToken.None);
        await TakeAsync(tag, "w");
        await FailAsync(tag, "w", 1);
        (await AskAsync(tag, "w")).State.Should().Be(NextState.Drained);

        await Scheduler.UpdateTagAsync(tag, new TagUpdate { MaxRedistributionAttempts = 2 }, CancellationToken.None);

        (await TakeAsync(tag, "w")).Attempt.Should().Be(2);
    }

    [Fact]
    public async Task S12_retry_through_the_scheduler()
    {
        var tag = await TagAsync(jobs: 2);
        await TakeAsync(tag, worker: null);
        await TakeAsync(tag, "w");
        await FailAsync(tag, "w", 1);
        Time.Advance(TimeSpan.FromMinutes(5));

        (await Scheduler.RetryAsync(tag, [1], silentFor: null, cancelled: false, CancellationToken.None)).Jobs.Should().Be(1);
        (await CountsAsync(tag)).Should().Be(new JobCounts(Waiting: 1, InProgress: 1, 0, 0, 0));
        await Scheduler.RetryAsync(tag, null, TimeSpan.FromMinutes(5), cancelled: false, CancellationToken.None);

        (await CountsAsync(tag)).Waiting.Should().Be(2);
    }

    [Fact]
    public async Task S12_a_retry_of_cancelled_jobs_says_what_it_leaves_as_it_is()
    {
        var tag = await TagAsync(jobs: 3);
        await TakeAsync(tag, "w");
        await DoneAsync(tag, "w", 0);
        (await Scheduler.CancelAsync(tag, [0, 1, 9], CancellationToken.None)).Should().BeEquivalentTo(
            new ChangedJobs(1, [new UnchangedJob(0, JobState.Done), new UnchangedJob(9, State: null)]));

        var without = await Scheduler.RetryAsync(tag, [0, 1, 9], silentFor: null, cancelled: false, CancellationToken.None);
        var with = await Scheduler.RetryAsync(tag, [0, 1, 9], silentFor: null, cancelled: true, CancellationToken.None);

        without.Should().BeEquivalentTo(new ChangedJobs(
            0, [new UnchangedJob(0, JobState.Done), new UnchangedJob(1, JobState.Cancelled), new UnchangedJob(9, State: null)]));
        with.Should().BeEquivalentTo(new ChangedJobs(1, [new UnchangedJob(0, JobState.Done), new UnchangedJob(9, State: null)]));
        (await TakeAsync(tag, "w")).JobId.Should().Be(1);
    }

    [Fact]
    public async Task S9_the_retry_delay_is_set_changed_and_shown()
    {
        var tag = await EmptyTagAsync();
        await Scheduler.SetUpJobsAsync(tag, Make.SetUp(2, n: 2) with { RetryDelay = TimeSpan.FromSeconds(90) }, CancellationToken.None);
        (await Scheduler.GetProgressAsync(tag, CancellationToken.None)).RetryDelay.Should().Be(TimeSpan.FromSeconds(90));

        await Scheduler.UpdateTagAsync(tag, new TagUpdate { RetryDelay = TimeSpan.FromSeconds(0.5) }, CancellationToken.None);

        var progress = await Scheduler.GetProgressAsync(tag, CancellationToken.None);
        progress.RetryDelay.Should().Be(TimeSpan.FromSeconds(0.5));
        await TakeAsync(tag, "w");
        await FailAsync(tag, "w", 0);
        (await Scheduler.GetJobsAsync(tag, new JobQuery(), CancellationToken.None)).Jobs[0].WaitingUntil.Should()
            .BeOnOrAfter(Time.GetUtcNow() + TimeSpan.FromSeconds(0.5)).And.BeBefore(Time.GetUtcNow() + TimeSpan.FromSeconds(1));
        progress = await Scheduler.GetProgressAsync(tag, CancellationToken.None);
        progress.FailedAttempts.Should().Be(1);
        progress.LiveWorkers.Should().Be(1);
        progress.NoWorkerSince.Should().BeNull();
        (await ListAsync(Scheduler.ListTagsAsync(CancellationToken.None))).Should().ContainSingle().Which.FailedAttempts.Should().Be(1);
    }

    [Fact]
    public async Task S11_who_computes_what_is_cancelled_or_finished_by_another_is_told_at_once()
    {
        var tag = await TagAsync(jobs: 3, n: 2, RedistributionPolicy.WhenIdle);
        var instance = (await AskAsync(tag, "w1", count: 3)).Jobs[0].Instance;
        await AskAsync(tag, "w2", count: 3);
        using var stop = new CancellationTokenSource();
        await using var told = Scheduler.WatchNotNeededAsync(new NotNeededWatch { Tags = [tag], Workers = ["w1", "w3"] }, stop.Token).GetAsyncEnumerator(stop.Token);
        var next = told.MoveNextAsync().AsTask();

        await DoneAsync(tag, "w2", 1);
        (await next.WaitAsync(Patience)).Should().BeTrue();
        told.Current.Should().Be(new JobNotNeeded("tag", instance, 1, 1, "w1"));
        next = told.MoveNextAsync().AsTask();
        await Scheduler.CancelAsync(tag, [2], CancellationToken.None);
        await next.WaitAsync(Patience);

        told.Current.Should().Be(new JobNotNeeded("tag", instance, 2, 1, "w1"));
        next = told.MoveNextAsync().AsTask();
        await stop.CancelAsync();
        await FluentActions.Awaiting(async () => (await next.WaitAsync(Patience)).Should().BeFalse())
            .Should().NotThrowAsync<TimeoutException>();
    }

    [Fact]
    public async Task S11_a_heartbeat_tells_what_is_not_needed()
    {
        var tag = await TagAsync(jobs: 2);
        await AskAsync(tag, "w", count: 2);
        await Scheduler.CancelAsync(tag, [0], CancellationToken.None);

        var answer = await Scheduler.HeartbeatAsync(
            new Heartbeat { Tags = [tag], Worker = "w", Jobs = [new HeldJob(0), new HeldJob(1)] }, CancellationToken.None);

        answer.NotNeeded.Select(job => job.JobId).Should().Equal(0);
    }

    [Fact]
    public async Task S10_the_scheduler_itself_sees_that_a_lease_has_ended()
    {
        var tag = await TagAsync(n: 2, lease: TimeSpan.FromSeconds(10));
        await TakeAsync(tag, "w");

        Time.Advance(TimeSpan.FromSeconds(10.5));

        (await TakeAsync(tag, "other")).Attempt.Should().Be(2);
    }

    [Fact]
    public async Task S10_heartbeats_keep_a_hand_out_alive()
    {
        var tag = await TagAsync(n: 2, lease: TimeSpan.FromSeconds(10));
        await TakeAsync(tag, "w");

        for (var i = 0; i < 6; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(9));
            await Scheduler.HeartbeatAsync(new Heartbeat { Tags = [tag], Worker = "w", Jobs = [new HeldJob(0)] }, CancellationToken.None);
        }

        (await CountsAsync(tag)).InProgress.Should().Be(1);
    }

    [Fact]
    public async Task S10_a_changed_lease_is_told_by_the_heartbeats_answer_and_holds_once_it_is_echoed()
    {
        var shorter = TimeSpan.FromSeconds(2.5);
        var tag = await TagAsync(jobs: 2);
        var known = (await TakeAsync(tag, "w")).Lease;
        await Scheduler.UpdateTagAsync(tag, new TagUpdate { Lease = shorter }, CancellationToken.None);
        Time.Advance(known / 3);

        var told = await BeatAsync(known);
        told.Should().ContainSingle().Which.Should().Be(new HeldJob(0, "tag", 1, Lease: shorter));
        (await BeatAsync(shorter)).Should().BeNull();
        Time.Advance(shorter);

        (await CountsAsync(tag)).InProgress.Should().Be(0);

        async Task<IReadOnlyList<HeldJob>?> BeatAsync(TimeSpan lease) => (await Scheduler.HeartbeatAsync(
            new Heartbeat { Tags = [tag], Worker = "w", Jobs = [new HeldJob(0, "tag", 1, Lease: lease)] }, CancellationToken.None)).Leases;
    }

    [Fact]
    public async Task S19_workers_of_a_deleted_tag_are_told_and_do_not_reach_a_new_one_of_its_name()
    {
        var tag = await TagAsync(jobs: 2);
        var handOut = await TakeAsync(tag, "w");
        await Scheduler.DeleteTagAsync(tag, CancellationToken.None);

        var beat = await HeartbeatAsync();
        beat.NotNeeded.Should().ContainSingle("the tag is gone");
        var report = () => DoneAsync(tag, "w", 0);
        await report.Should().ThrowAsync<TagUnknownException>();

        await TagAsync(jobs: 1);
        await TakeAsync(tag, "w");
        (await HeartbeatAsync()).NotNeeded.Should().ContainSingle("it belongs to the old one");
        var outcomes = await ReportAsync(new ExchangeRequest
        {
            Tags = [tag],
            Worker = "w",
            Done = [new DoneReport(0, JsonText.Parse("{}"), handOut.Attempt, "tag", handOut.Instance)],
            Failed = [new FailedReport(0, "it broke", Attempt: handOut.Attempt, Tag: "tag", Instance: handOut.Instance)],
        });
        outcomes[0].Outcome.Should().Be(ReportVerdict.Refused);
        outcomes[1].Outcome.Should().NotBe(ReportVerdict.Accepted);
        (await CountsAsync(tag)).Should().Be(new JobCounts(0, InProgress: 1, 0, 0, 0));

        ValueTask<HeartbeatAnswer> HeartbeatAsync() => Scheduler.HeartbeatAsync(
            new Heartbeat { Tags = [tag], Worker = "w", Jobs = [new HeldJob(0, "tag", handOut.Attempt, handOut.Instance)] }, CancellationToken.None);
    }

    [Fact]
    public async Task S3_of_two_callers_that_race_for_the_last_job_one_gets_it()
    {
        for (var round = 0; round < 20; round++)
        {
            var tag = await TagAsync(name: $"tag{round}");

            var answers = await Task.WhenAll(Task.Run(() => AskAsync(tag, "w1")), Task.Run(() => AskAsync(tag, "w2")));

            answers.Select(answer => answer.State).Should().BeEquivalentTo([NextState.Job, NextState.Wait]);
        }
    }

    [Fact]
    public async Task S14_what_was_told_is_there_after_a_restart()
    {
        if (!IsDurable)
            return;
        var tag = await TagAsync(jobs: 3, n: 2, password: "secret");
        var first = await TakeAsync(tag, "w", "r1");
        await TakeAsync(tag, "other");
        await DoneAsync(tag, "other", 1, """{"y":1}""");

        await Harness.RestartAsync();

        (await TakeAsync(tag, "w", "r1")).Should().Be(first);
        (await CountsAsync(tag)).Should().Be(new JobCounts(Waiting: 1, InProgress: 1, Done: 1, 0, 0));
        (await ListAsync(Scheduler.GetResultsAsync(tag, new ResultQuery(), CancellationToken.None)))
            .Should().ContainSingle().Which.Result.ToString().Should().Be("""{"y":1}""");
    }
}
