using static Pyremto.Tests.Workers.SlotDriver;

namespace Pyremto.Tests.Workers;

/// <summary>What ends a worker by itself: a number of jobs, idleness, being told to ask no more; and how long a handler is waited
/// for.</summary>
public sealed class WorkerSlotLimitsTests
{
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);

    [Fact]
    public void After_so_many_jobs_it_reports_the_last_and_ends()
    {
        var slot = new SlotDriver(limits: Limits(jobs: 2)).Run(Job(1)).HandlerReturns();
        slot.Sent.Count.Should().Be(1);

        slot.Run(Job(2)).HandlerThrows(new IOException("failed"));

        slot.Sent.Should().BeEquivalentTo(new { Count = 0, Wait = TimeSpan.Zero });
        slot.Sent.Failed.Should().ContainSingle().Which.JobId.Should().Be(2);
        slot.Answer(Says(NextState.Wait)).Single<SlotEffect.Ended>().Should().Be(new SlotEffect.Ended(WorkerEndReason.JobLimit, 0));
    }

    [Fact]
    public void Slots_together_ask_for_no_more_jobs_than_the_worker_may_run()
    {
        var limits = Limits(jobs: 2);

        var slots = Enumerable.Range(0, 4).Select(_ => new SlotDriver(limits: limits)).ToList();

        slots.Select(slot => slot.ExchangesSent).Should().Equal(1, 1, 0, 0);
        slots[3].Single<SlotEffect.Ended>().Reason.Should().Be(WorkerEndReason.JobLimit);
        slots[0].Run(Job(1)).HandlerReturns().Sent.Count.Should().Be(0);
        slots[1].Answer(Says(NextState.Wait)).Wait(60).Sent.Count.Should().Be(1, "no job came of its first request, so it may ask again");
    }

    [Fact]
    public void S11_a_job_that_was_no_longer_needed_before_it_began_does_not_count()
    {
        var slot = new SlotDriver(limits: Limits(jobs: 1)).Tell((s, now) => s.NotNeeded(new JobNotNeeded("a", Instance, 5, 1, s.Id), now));

        slot.Run(Job(5)).Single<SlotEffect.SendExchange>().Request.Count.Should().Be(1);
        slot.Run(Job(6)).Single<SlotEffect.StartHandler>();
    }

    [Fact]
    public void Without_work_for_the_idle_time_it_stops_the_worker()
    {
        var slot = new SlotDriver(limits: Limits(idle: TenMinutes));

        slot.Wait(599).Effects.Should().BeEmpty();
        slot.Wait(1).Single<SlotEffect.StopWorker>().Reason.Should().Be(WorkerEndReason.Idle);

        slot.Effects.OfType<SlotEffect.CancelExchange>().Should().ContainSingle();
        slot.Fail(new OperationCanceledException()).Single<SlotEffect.Ended>().Reason.Should().Be(WorkerEndReason.Idle);
    }

    [Fact]
    public void The_idle_time_begins_anew_when_a_job_ends_and_does_not_run_while_one_runs()
    {
        var slot = new SlotDriver(limits: Limits(idle: TenMinutes)).Wait(500).Run(Job(1));

        slot.Wait(7200).AllEffects.OfType<SlotEffect.StopWorker>().Should().BeEmpty();
        slot.HandlerReturns().Wait(599).Effects.OfType<SlotEffect.StopWorker>().Should().BeEmpty();
        slot.Wait(1).Single<SlotEffect.StopWorker>();
    }

    [Fact]
    public void A_slot_without_a_job_is_not_idle_while_another_of_the_worker_runs_one()
    {
        var limits = Limits(idle: TenMinutes);
        var (busy, free) = (new SlotDriver(limits: limits).Run(Job(1)), new SlotDriver(limits: limits));

        free.Wait(3600).Effects.Should().BeEmpty();
        busy.Wait(3600).HandlerReturns();

        free.Wait(600).Single<SlotEffect.StopWorker>().Reason.Should().Be(WorkerEndReason.Idle);
    }

    [Fact]
    public void Waiting_for_a_tag_or_a_coordinator_is_idle_too()
    {
        var missing = new SlotDriver(limits: Limits(idle: TimeSpan.FromSeconds(1.5)));
        missing.Fail(new TagUnknownException("a")).Wait(2).Effects.OfType<SlotEffect.StopWorker>().Should().ContainSingle();

        var gone = new SlotDriver(limits: Limits(idle: TimeSpan.FromSeconds(0.1)));
        gone.Fail(new CoordinatorUnreachableException("gone")).Wait(0.1).Effects.OfType<SlotEffect.StopWorker>().Should().ContainSingle();
        gone.Fail(new CoordinatorUnreachableException("gone")).Single<SlotEffect.Ended>().Reason.Should().Be(WorkerEndReason.Idle);
    }

    [Fact]
    public void A_result_that_is_not_delivered_yet_outlives_the_idle_time()
    {
        var slot = new SlotDriver(limits: Limits(idle: TimeSpan.FromSeconds(1))).Run(Job(1)).HandlerReturns();

        slot.Fail(new CoordinatorUnreachableException("gone")).Wait(0.2);
        for (var attempt = 0; attempt < 8; attempt++)
            slot.Wait(30).Fail(new CoordinatorUnreachableException("gone"));

        slot.Slot.HasEnded.Should().BeFalse();
        slot.Sent.Done.Should().ContainSingle();
        slot.Wait(30).Answer(Says(NextState.Wait)).Single<SlotEffect.Ended>().Should().Be(new SlotEffect.Ended(WorkerEndReason.Idle, 0));
    }

    [Fact]
    public void S9_at_a_stop_a_result_within_the_handlers_grace_counts()
    {
        var slot = new SlotDriver(Patient).Run(Job(5, lease: 3600)).Tell((s, now) => s.StopNow(now));

        slot.Wait(29).Effects.Should().BeEmpty();
        slot.HandlerReturns();

        slot.Sent.Done.Should().ContainSingle();
        slot.Wait(3.9).Effects.Should().BeEmpty("the report has three seconds of its own");
        slot.Answer(Says(NextState.Wait)).Single<SlotEffect.Ended>().Undelivered.Should().Be(0);
    }

    [Fact]
    public void S9_at_a_stop_a_handler_that_outlives_its_grace_is_released()
    {
        var slot = new SlotDriver(Patient).Run(Job(5, lease: 3600)).Tell((s, now) => s.StopNow(now));

        slot.Wait(30).Single<SlotEffect.AbandonHandler>();

        slot.Sent.Released.Should().ContainSingle();
        slot.Wait(3).Single<SlotEffect.Ended>().Undelivered.Should().Be(1);
    }

    [Fact]
    public void S10_heartbeats_go_on_while_a_handler_uses_its_grace()
    {
        var slot = new SlotDriver(Patient).Run(Job(5, lease: 30)).Tell((s, now) => s.StopNow(now));

        slot.Wait(10).Single<SlotEffect.SendHeartbeat>();
    }

    private static SlotSettings Patient => SlotSettings.From(new WorkerOptions { Tag = "a", HandlerGrace = TimeSpan.FromSeconds(30) });

    private static WorkerLimits Limits(int? jobs = null, TimeSpan? idle = null) => SlotDriver.Limits(Settings("a"), jobs: jobs, idle: idle);
}
