using static Pyremto.Tests.Workers.SlotDriver;

namespace Pyremto.Tests.Workers;

public sealed class WorkerSlotRunningTests
{
    [Fact]
    public void S9_an_exception_fails_the_job_with_its_type_its_message_and_its_causes()
    {
        var slot = new SlotDriver().Run(Job(5));

        slot.HandlerThrows(new InvalidOperationException("no model", new IOException("disk gone")));

        slot.Sent.Failed.Should().ContainSingle().Which.Should().BeEquivalentTo(new FailedReport(
            5, "InvalidOperationException: no model\ncaused by IOException: disk gone", Attempt: 1, Tag: "a", Instance: Instance));
        slot.Effects.OfType<SlotEffect.JobEnded>().Single().Outcome.Should().Be(JobOutcome.Failed);
    }

    [Fact]
    public void S9_a_handler_can_say_that_no_attempt_will_succeed()
    {
        var slot = new SlotDriver().Run(Job(5)).HandlerThrows(new JobFailedException("singular matrix") { Final = true, ExitCode = 3 });

        slot.Sent.Failed.Should().ContainSingle().Which.Should().BeEquivalentTo(
            new { Error = "singular matrix", Final = true, ExitCode = 3 });
    }

    [Fact]
    public void S9_a_handler_can_give_its_job_back_which_spends_no_attempt_and_is_no_failure_of_the_machine()
    {
        var slot = new SlotDriver(failures: new TagFailures(1, 1)).Run(Job(5)).HandlerThrows(new JobReleasedException("The GPU is taken."));

        slot.Sent.Released.Should().ContainSingle().Which.Should().BeEquivalentTo(new { JobId = 5, Attempt = 1, Tag = "a" });
        slot.Sent.Failed.Should().BeEmpty();
        slot.Effects.OfType<SlotEffect.JobEnded>().Should().ContainSingle().Which.Should().BeEquivalentTo(
            new { Outcome = JobOutcome.Released, Error = "The GPU is taken." });
        slot.AllEffects.Should().NotContain(effect => effect is SlotEffect.TagLeaves || effect is SlotEffect.StopWorker);
    }

    [Fact]
    public void A_cancellation_that_nobody_asked_for_is_a_failure_like_any_other()
    {
        var slot = new SlotDriver().Run(Job(5)).HandlerThrows(new TaskCanceledException("The request timed out."));

        slot.Sent.Failed.Should().ContainSingle().Which.Error.Should().Be("TaskCanceledException: The request timed out.");
    }

    [Fact]
    public void S10_a_heartbeat_goes_out_every_third_of_the_lease_and_lists_the_job_with_its_attempt()
    {
        var slot = new SlotDriver().Run(Job(5, attempt: 2, lease: 30));

        slot.Wait(9.9).Effects.Should().BeEmpty();
        slot.Wait(0.1).Single<SlotEffect.SendHeartbeat>().Limit.Should().Be(TimeSpan.FromSeconds(10));
        slot.Beat.Jobs.Should().Equal(new HeldJob(5, "a", 2, Instance, TimeSpan.FromSeconds(30)));
        slot.Beat.Tags.Should().Equal(new TagAccess("a"));
        slot.Beat.Worker.Should().Be("host:1:w:abc");
        slot.Wait(60).Effects.Should().BeEmpty("one is under way");
        slot.Tell((s, now) => s.HeartbeatAnswered(slot.Beat, new HeartbeatAnswer([]), now));
        slot.Wait(0).Single<SlotEffect.SendHeartbeat>();
    }

    [Fact]
    public void S10_a_heartbeat_that_failed_is_sent_again_soon()
    {
        var slot = new SlotDriver().Run(Job(5)).Wait(20);

        slot.Tell((s, now) => s.HeartbeatFailed(slot.Beat, new CoordinatorUnreachableException("gone"), now));

        slot.Wait(5).Single<SlotEffect.SendHeartbeat>();
    }

    [Fact]
    public void S10_no_heartbeat_is_sent_while_nothing_runs()
    {
        var slot = new SlotDriver().Run(Job(5)).HandlerReturns();

        slot.Wait(1000).Effects.Should().BeEmpty();
    }

    [Fact]
    public void S11_a_job_that_is_no_longer_needed_is_cancelled_and_nothing_is_reported()
    {
        var slot = new SlotDriver().Run(Job(5)).Wait(20);

        slot.Tell((s, now) => s.HeartbeatAnswered(slot.Beat, new HeartbeatAnswer([new HeldJob(5, "a", 1)]), now));
        slot.Single<SlotEffect.CancelHandler>().Cause.Should().Be(CancelCause.NotNeeded);
        slot.HandlerThrows(new OperationCanceledException());

        slot.Sent.Should().BeEquivalentTo(new { Done = Array.Empty<DoneReport>(), Failed = Array.Empty<FailedReport>(), Released = Array.Empty<ReleasedReport>() });
        slot.Effects.OfType<SlotEffect.JobEnded>().Single().Outcome.Should().Be(JobOutcome.NotNeeded);
    }

    [Fact]
    public void S11_the_watch_tells_it_at_once_and_a_result_that_comes_all_the_same_is_dropped()
    {
        var slot = new SlotDriver().Run(Job(5));

        slot.Tell((s, now) => s.NotNeeded(new JobNotNeeded("a", Instance, 5, 1, s.Id), now)).Single<SlotEffect.CancelHandler>();
        slot.Tell((s, now) => s.NotNeeded(new JobNotNeeded("a", Instance, 5, 1, s.Id), now)).Effects.Should().BeEmpty();
        slot.HandlerReturns();

        slot.Sent.Done.Should().BeEmpty();
    }

    [Theory]
    [InlineData("a", 6, 1, true)]
    [InlineData("a", 5, 2, true)]
    [InlineData("b", 5, 1, false)]
    [InlineData("a", 5, 1, false)]
    public void S11_word_of_another_job_attempt_tag_or_instance_cancels_nothing(string tag, int job, int attempt, bool sameInstance)
    {
        var instance = sameInstance ? Instance : new Guid("21111111-2222-3333-4444-555555555555");
        var slot = new SlotDriver(Settings("a", "b")).Run(Job(5)).Wait(20);

        slot.Tell((s, now) => s.NotNeeded(new JobNotNeeded(tag, instance, job, attempt, s.Id), now)).Effects.Should().BeEmpty();
        slot.Tell((s, now) => s.HeartbeatAnswered(slot.Beat, new HeartbeatAnswer([new HeldJob(job, tag, attempt, instance)]), now));
        slot.Effects.Should().BeEmpty();
    }

    [Fact]
    public void S11_word_that_overtakes_the_hand_out_is_not_forgotten()
    {
        var slot = new SlotDriver().Tell((s, now) => s.NotNeeded(new JobNotNeeded("a", Instance, 5, 1, s.Id), now));

        slot.Run(Job(5)).Effects.OfType<SlotEffect.StartHandler>().Should().BeEmpty();
        slot.Single<SlotEffect.SendExchange>();
        slot.Run(Job(5, attempt: 2)).Single<SlotEffect.StartHandler>();
    }

    [Theory]
    [InlineData(3)]
    [InlineData(600)]
    public void S10_a_lease_that_a_heartbeat_is_answered_sets_the_pace_and_is_echoed_until_the_job_ends(double seconds)
    {
        var lease = TimeSpan.FromSeconds(seconds);
        var slot = new SlotDriver().Run(Job(5)).Wait(20);
        HeldJob[] told = [new(5, "a", 1, Instance, lease)];

        slot.Tell((s, now) => s.HeartbeatAnswered(slot.Beat, new HeartbeatAnswer([]) { Leases = told }, now));

        slot.Wait(seconds / 3 - 0.1).Effects.Should().BeEmpty();
        slot.Wait(0.1).Single<SlotEffect.SendHeartbeat>().Limit.Should().Be(lease / 3);
        slot.Beat.Jobs.Should().Equal(told);
        slot.HandlerReturns().Run(Job(6)).Wait(20).Single<SlotEffect.SendHeartbeat>();
        slot.Beat.Jobs.Should().Equal(new HeldJob(6, "a", 1, Instance, TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void S10_the_lease_of_another_job_is_not_this_ones()
    {
        var slot = new SlotDriver().Run(Job(5)).Wait(20);
        HeldJob[] told = [new(6, "a", 1, Instance, TimeSpan.FromSeconds(3)), new(5, "a", 2, Instance, TimeSpan.FromSeconds(3)), new(5, "a", 1, Instance)];

        slot.Tell((s, now) => s.HeartbeatAnswered(slot.Beat, new HeartbeatAnswer([]) { Leases = told }, now));

        slot.Wait(19.9).Effects.Should().BeEmpty();
    }

    [Fact]
    public void S19_word_of_a_deleted_tag_that_comes_while_asking_does_not_withhold_the_new_tags_job()
    {
        var old = new Guid("21111111-2222-3333-4444-555555555555");
        var slot = new SlotDriver().Tell((s, now) => s.NotNeeded(new JobNotNeeded("a", old, 5, 1, s.Id), now));

        slot.Run(Job(5)).Single<SlotEffect.StartHandler>();
    }

    [Fact]
    public void S11_the_answer_to_a_heartbeat_of_the_job_before_does_not_touch_the_next()
    {
        var slot = new SlotDriver().Run(Job(5)).Wait(20);
        var old = slot.Beat;

        slot.HandlerReturns().Run(Job(6));

        slot.Tell((s, now) => s.HeartbeatFailed(old, new TagUnknownException("gone"), now)).Effects.Should().BeEmpty();
        slot.Tell((s, now) => s.HeartbeatAnswered(old, new HeartbeatAnswer([new HeldJob(6)]), now)).Effects.Should().BeEmpty();
    }

    [Fact]
    public void S19_a_tag_that_was_deleted_while_its_job_runs_cancels_it()
    {
        var slot = new SlotDriver().Run(Job(5)).Wait(20);

        slot.Tell((s, now) => s.HeartbeatFailed(slot.Beat, new TagUnknownException("deleted"), now));

        slot.Single<SlotEffect.CancelHandler>().Cause.Should().Be(CancelCause.NotNeeded);
    }

    [Fact]
    public void A_job_over_its_time_limit_is_cancelled_and_fails_saying_so_even_if_it_returns_then()
    {
        var slot = new SlotDriver(Settings("a") with { JobTimeout = TimeSpan.FromSeconds(15) }).Run(Job(5));

        slot.Wait(15).Single<SlotEffect.CancelHandler>().Cause.Should().Be(CancelCause.TimedOut);
        slot.HandlerReturns();

        slot.Sent.Failed.Should().ContainSingle().Which.Error.Should().Be("The job took longer than its time limit of 00:00:15.");
        slot.Sent.Done.Should().BeEmpty();
    }

    [Fact]
    public void A_handler_that_ignores_its_token_is_left_to_itself_and_the_slot_goes_on()
    {
        var slot = new SlotDriver(Settings("a") with { JobTimeout = TimeSpan.FromSeconds(15) }).Run(Job(5)).Wait(15);

        slot.Wait(9.9).Effects.OfType<SlotEffect.AbandonHandler>().Should().BeEmpty();
        slot.Wait(0.1).Single<SlotEffect.AbandonHandler>();

        slot.Sent.Failed.Should().ContainSingle();
        slot.Run(Job(6)).Single<SlotEffect.StartHandler>();
    }

    [Fact]
    public void A_ban_for_ever_and_a_lease_of_nothing_are_survived()
    {
        new SlotDriver().Fail(new BannedException("go away", TimeSpan.MaxValue)).Wait(86_400).Single<SlotEffect.SendExchange>();

        var slot = new SlotDriver().Run(Job(1, lease: 0));
        slot.Effects.OfType<SlotEffect.SendHeartbeat>().Should().BeEmpty();
        slot.Wait(0.2).Single<SlotEffect.SendHeartbeat>();
    }
}
