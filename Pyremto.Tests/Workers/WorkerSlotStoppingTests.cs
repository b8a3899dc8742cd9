using static Pyremto.Tests.Workers.SlotDriver;

namespace Pyremto.Tests.Workers;

public sealed class WorkerSlotStoppingTests
{
    [Fact]
    public void A_stop_cancels_the_long_poll_at_once()
    {
        var slot = Stop(new SlotDriver());

        slot.Single<SlotEffect.CancelExchange>();
        slot.Fail(new OperationCanceledException()).Single<SlotEffect.Ended>()
            .Should().Be(new SlotEffect.Ended(WorkerEndReason.HostStopped, 0));
    }

    [Fact]
    public void S8_work_that_came_in_spite_of_it_is_given_back()
    {
        var slot = Stop(new SlotDriver()).Run(Job(5));

        slot.Effects.OfType<SlotEffect.StartHandler>().Should().BeEmpty();
        slot.Sent.Should().BeEquivalentTo(new { Count = 0, Wait = TimeSpan.Zero });
        slot.Sent.Released.Should().Equal(new ReleasedReport(5, 1, "a", Instance));
        slot.Answer(Says(NextState.Wait)).Single<SlotEffect.Ended>();
    }

    [Fact]
    public void A_report_that_travelled_with_the_cancelled_exchange_is_sent_once_more()
    {
        var slot = Stop(new SlotDriver(Settings("a", "b")).Run(Job(5)).HandlerReturns());

        slot.Fail(new OperationCanceledException());

        slot.Sent.Done.Should().ContainSingle().Which.JobId.Should().Be(5);
        slot.Sent.Count.Should().Be(0);
        slot.Sent.Tags.Should().Equal(new TagAccess("a"));
        slot.Answer(Says(NextState.Wait)).Single<SlotEffect.Ended>().Undelivered.Should().Be(0);
    }

    [Fact]
    public void What_runs_may_finish_and_is_reported_without_asking_for_more()
    {
        var slot = Stop(new SlotDriver().Run(Job(5)));

        slot.Effects.Should().BeEmpty();
        slot.Wait(20).Single<SlotEffect.SendHeartbeat>();
        slot.HandlerReturns();

        slot.Sent.Done.Should().ContainSingle();
        slot.Sent.Count.Should().Be(0);
        slot.Answer(Says(NextState.Wait)).Single<SlotEffect.Ended>();
    }

    [Fact]
    public void S9_what_does_not_finish_in_the_hosts_time_is_cancelled_and_released()
    {
        var slot = Stop(new SlotDriver().Run(Job(5)));

        slot.Tell((s, now) => s.StopNow(now)).Single<SlotEffect.CancelHandler>().Cause.Should().Be(CancelCause.HostStopping);
        slot.HandlerThrows(new IOException("killed"));

        slot.Sent.Released.Should().ContainSingle();
        slot.Effects.OfType<SlotEffect.JobEnded>().Single().Outcome.Should().Be(JobOutcome.Released);
    }

    [Fact]
    public void A_result_that_comes_after_the_token_fired_counts()
    {
        var slot = Stop(new SlotDriver().Run(Job(5))).Tell((s, now) => s.StopNow(now)).HandlerReturns();

        slot.Sent.Done.Should().ContainSingle();
    }

    [Fact]
    public void S9_a_handler_that_ignores_its_token_is_released_and_does_not_hold_the_host()
    {
        var slot = Stop(new SlotDriver().Run(Job(5))).Tell((s, now) => s.StopNow(now));

        slot.Wait(2).Single<SlotEffect.AbandonHandler>();

        slot.Sent.Released.Should().ContainSingle();
        slot.Answer(Says(NextState.Wait)).Single<SlotEffect.Ended>();
    }

    [Fact]
    public void A_coordinator_that_does_not_answer_holds_the_host_for_five_seconds_at_most()
    {
        var slot = Stop(new SlotDriver().Run(Job(5)).HandlerReturns());
        slot.Fail(new OperationCanceledException()).Tell((s, now) => s.StopNow(now));

        slot.Wait(4.9).Effects.Should().BeEmpty();
        slot.Wait(0.1);

        slot.Single<SlotEffect.CancelExchange>();
        slot.Single<SlotEffect.Ended>().Should().Be(new SlotEffect.Ended(WorkerEndReason.HostStopped, 1));
        slot.Answer(Says(NextState.Wait)).Effects.Should().BeEmpty();
    }

    [Fact]
    public void Undelivered_reports_are_tried_again_until_the_hosts_time_is_up()
    {
        var slot = Stop(new SlotDriver().Run(Job(5)).HandlerReturns()).Fail(new OperationCanceledException());
        var sent = slot.Sent;

        slot.Fail(new StoreUnavailableException("busy")).Wait(1).Single<SlotEffect.SendExchange>().Request.Should().BeSameAs(sent);
        slot.Answer(Says(NextState.Wait)).Single<SlotEffect.Ended>();
    }

    [Fact]
    public void S8_a_job_in_an_answer_that_got_lost_is_fetched_once_more_to_give_it_back()
    {
        var slot = new SlotDriver().Fail(new CoordinatorUnreachableException("cut"));
        var lost = slot.Sent;

        Stop(slot).Single<SlotEffect.SendExchange>().Request.Should().BeEquivalentTo(lost with { Wait = TimeSpan.Zero });
        slot.Run(Job(5));
        slot.Sent.Released.Should().ContainSingle();
    }

    [Fact]
    public void A_coordinator_that_is_gone_is_not_waited_for_when_there_is_nothing_to_report()
    {
        var slot = Stop(new SlotDriver().Fail(new CoordinatorUnreachableException("gone")));

        slot.Fail(new CoordinatorUnreachableException("gone")).Single<SlotEffect.Ended>();
    }

    [Fact]
    public void A_stop_while_it_rests_or_looks_for_tags_ends_it_at_once()
    {
        Stop(new SlotDriver().Answer(Says(NextState.Done))).Single<SlotEffect.Ended>();
        Stop(new SlotDriver(Settings("a", "b")).Fail(new TagUnknownException("b"))).Single<SlotEffect.Ended>();
    }

    [Fact]
    public void A_job_that_is_no_longer_needed_at_the_stop_is_neither_reported_nor_released()
    {
        var slot = new SlotDriver().Run(Job(5)).Tell((s, now) => s.NotNeeded(new JobNotNeeded("a", Instance, 5, 1, s.Id), now));

        Stop(slot).Tell((s, now) => s.StopNow(now)).Wait(2);

        slot.Effects.OfType<SlotEffect.Ended>().Should().ContainSingle().Which.Undelivered.Should().Be(0);
        slot.ExchangesSent.Should().Be(1);
    }

    [Fact]
    public void After_its_end_it_answers_nothing()
    {
        var slot = Stop(new SlotDriver()).Fail(new OperationCanceledException());

        slot.Tell((s, now) => s.StopNow(now)).Effects.Should().BeEmpty();
        slot.Tell((s, now) => s.DeadlinePassed(now)).Effects.Should().BeEmpty();
        slot.Run(Job(1)).HandlerReturns().Effects.Should().BeEmpty();
    }

    private static SlotDriver Stop(SlotDriver slot) => slot.Tell((s, now) => s.StopAsking(WorkerEndReason.HostStopped, now));
}
