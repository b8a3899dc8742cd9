using static Pyremto.Tests.Workers.SlotDriver;

namespace Pyremto.Tests.Workers;

/// <summary>Tags whose jobs fail on this machine: what counts, how a tag is sat out, and how it comes back.</summary>
public sealed class WorkerSlotFailingTests
{
    private static readonly IOException NoGpu = new("no GPU\nat all");

    [Fact]
    public void A_tag_in_which_nothing_succeeds_is_sat_out_after_its_last_failure_was_reported()
    {
        var slot = Failing(new SlotDriver(failures: new TagFailures(3, null)), 0, 1, 2);

        var left = slot.Single<SlotEffect.TagLeaves>().LeftOut;
        left.Should().BeEquivalentTo(new { Tag = "a", Cause = LeftOutCause.Failing });
        left.Reason.Should().Be("3 of its jobs failed here and none succeeded, the last with: IOException: no GPU");
        slot.Sent.Should().BeEquivalentTo(new { Count = 0, Wait = TimeSpan.Zero });
        slot.Sent.Failed.Should().ContainSingle().Which.JobId.Should().Be(2);
        slot.Answer(Says(NextState.Wait)).Effects.OfType<SlotEffect.SendExchange>().Should().BeEmpty();
        slot.AllEffects.OfType<SlotEffect.StopWorker>().Should().BeEmpty();
        slot.Wait(2).Effects.OfType<SlotEffect.SendExchange>().Should().BeEmpty();
        slot.Wait(3.1).Effects.OfType<SlotEffect.SendExchange>().Should().ContainSingle().Which.Request.Count.Should().Be(1);
    }

    [Fact]
    public void Each_try_that_fails_makes_the_pause_longer_up_to_five_minutes_and_a_success_ends_it_for_good()
    {
        var slot = Failing(new SlotDriver(failures: new TagFailures(3, null)), 0, 1, 2);
        var pauses = new List<double>();
        for (var job = 3; job < 15; job++)
        {
            var begun = slot.Now;
            slot.Answer(Says(NextState.Wait));
            while (slot.Sent.Count == 0)
                slot.WaitForDeadline();
            pauses.Add((slot.Now - begun).TotalSeconds);
            Failing(slot, job);
        }

        pauses[0].Should().BeInRange(2.5, 5);
        pauses[^1].Should().BeInRange(150, 300);
        pauses.Should().OnlyContain(pause => pause <= 300);
        slot.Answer(Says(NextState.Wait)).Wait(300);
        slot.Run(Job(20)).HandlerReturns().Single<SlotEffect.TagReturns>().Tag.Should().Be("a");
        Failing(slot, [.. Enumerable.Range(21, 50)]).Sent.Count.Should().Be(1, "where something succeeded, it is the jobs that fail");
    }

    [Fact]
    public void Where_a_job_succeeded_failures_do_not_count()
    {
        var slot = new SlotDriver(failures: new TagFailures(3, 3)).Run(Job(0)).HandlerReturns();

        Failing(slot, [.. Enumerable.Range(1, 100)]);

        slot.AllEffects.Should().NotContain(effect => effect is SlotEffect.TagLeaves || effect is SlotEffect.StopWorker);
    }

    [Fact]
    public void A_tag_that_goes_on_to_succeed_is_known_however_many_others_fail()
    {
        var failures = new TagFailures(2, 3);
        var slot = new SlotDriver(failures: failures);

        for (var other = 0; other < 30_000; other++)
        {
            if (other % 5_000 == 0)
                slot.Run(Job(other)).HandlerReturns();
            failures.Failed($"other{other}", Instance, 0);
        }

        failures.Failed("a", Instance, 1).Should().Be(0);
        failures.Failed("a", Instance, 2).Should().Be(0);
    }

    [Fact]
    public void A_late_failure_of_a_tag_s_former_instance_says_nothing_of_the_present_one()
    {
        var failures = new TagFailures(2, null);
        failures.Succeeded("a", Instance);

        failures.Failed("a", new Guid(7, 0, 0, new byte[8]), 0);

        failures.Failed("a", Instance, 1).Should().Be(0);
        failures.Failed("a", Instance, 2).Should().Be(0);
    }

    [Fact]
    public void A_success_in_one_tag_says_nothing_of_another()
    {
        var slot = new SlotDriver(Settings("a", "b"), new TagFailures(3, null)).Run(Job(0, tag: "b")).HandlerReturns();

        for (var job = 0; job < 3; job++)
            slot.Run(Elsewhere(job)).HandlerThrows(NoGpu);

        slot.Single<SlotEffect.TagLeaves>().LeftOut.Tag.Should().Be("a");
        static HandOut Elsewhere(int job) => Job(job) with { Instance = new Guid(7, 0, 0, new byte[8]) };
    }

    [Fact]
    public void A_job_that_failed_before_counts_once_and_a_final_failure_never()
    {
        var slot = new SlotDriver(failures: new TagFailures(3, 3));
        for (var attempt = 1; attempt <= 10; attempt++)
        {
            slot.Run(Job(1, attempt)).HandlerThrows(NoGpu);
            slot.Run(Job(2, attempt)).HandlerThrows(NoGpu);
            slot.Run(Job(attempt + 2)).HandlerThrows(new JobFailedException("such a job cannot be done") { Final = true });
        }

        slot.AllEffects.Should().NotContain(effect => effect is SlotEffect.TagLeaves || effect is SlotEffect.StopWorker);
    }

    [Fact]
    public void A_tag_that_was_made_anew_counts_from_zero()
    {
        var slot = Failing(new SlotDriver(failures: new TagFailures(3, null)), 0, 1);

        slot.Run(Job(0) with { Instance = new Guid(7, 0, 0, new byte[8]) }).HandlerThrows(NoGpu);

        slot.AllEffects.OfType<SlotEffect.TagLeaves>().Should().BeEmpty();
    }

    [Fact]
    public void Other_tags_go_on_and_the_worker_does_not_end_as_if_nothing_were_left()
    {
        var settings = Settings("a", "b") with { EndWhenNothingLeft = true };
        var slot = Failing(new SlotDriver(settings, new TagFailures(3, null)), 0, 1, 2);

        slot.Answer(Says(NextState.Wait)).Sent.Should().BeEquivalentTo(new
        {
            Count = 1,
            Tags = new[] { new TagAccess("b") },
            Wait = TimeSpan.FromSeconds(10),
        });
        slot.Answer(Says(NextState.Done)).Effects.OfType<SlotEffect.Ended>().Should().BeEmpty("nothing is left in b alone");
        slot.Wait(5).Sent.Tags.Should().HaveCount(2);
        slot.Answer(Says(NextState.Drained)).Single<SlotEffect.Ended>().Reason.Should().Be(WorkerEndReason.RepeatedFailures, "nothing ever succeeded");
    }

    [Fact]
    public void One_slot_at_a_time_tries_and_the_next_does_when_that_one_ends()
    {
        var limits = Limits(Settings("a"), new TagFailures(3, null));
        var (one, two) = (new SlotDriver(limits: limits), new SlotDriver(limits: limits));
        Failing(one, 0, 1, 2).Answer(Says(NextState.Wait));
        two.Tell((s, now) => s.LookAgain(now)).Single<SlotEffect.CancelExchange>();
        two.Fail(new OperationCanceledException()).Effects.OfType<SlotEffect.SendExchange>().Should().BeEmpty();

        one.Wait(5).Sent.Count.Should().Be(1);
        two.Wait(60).Effects.OfType<SlotEffect.SendExchange>().Should().BeEmpty("the other tries");
        one.Tell((s, now) => s.StopAsking(WorkerEndReason.HostStopped, now)).Fail(new OperationCanceledException());
        one.Effects.Should().ContainSingle(effect => effect is SlotEffect.TagsChanged);
        two.Tell((s, now) => s.LookAgain(now)).Single<SlotEffect.SendExchange>();
    }

    [Fact]
    public void A_try_without_a_verdict_is_repeated_at_once()
    {
        var slot = Failing(new SlotDriver(failures: new TagFailures(3, null)), 0, 1, 2).Answer(Says(NextState.Wait)).Wait(5);

        slot.Run(Job(3)).HandlerThrows(new JobFailedException("of its own") { Final = true });

        slot.Sent.Count.Should().Be(1);
        slot.Sent.Failed.Should().ContainSingle();
    }

    [Fact]
    public void Over_a_prefix_the_request_says_of_which_tags_no_work_is_wanted()
    {
        var settings = new SlotSettings { Tags = [], TagPrefix = "customer-" };
        var slot = new SlotDriver(settings, new TagFailures(1, null)).Run(Job(0, tag: "customer-7")).HandlerThrows(NoGpu);

        slot.Sent.Should().BeEquivalentTo(new { Count = 1, TagPrefix = "customer-", ExceptTags = new[] { "customer-7" } });
        slot.Sent.Failed.Should().ContainSingle("reports count for a tag that is sat out");
        slot.Wait(10).Answer(Says(NextState.Wait)).Sent.ExceptTags.Should().BeEmpty();
        slot.Wait(700).Answer(Says(NextState.Wait)).Single<SlotEffect.TagReturns>().Tag.Should().Be("customer-7", "it may be gone");
    }

    [Fact]
    public void Where_nothing_succeeds_in_any_tag_the_worker_ends_after_the_last_failure_was_reported()
    {
        var slot = new SlotDriver(Settings("a", "b"), new TagFailures(10, 3));
        for (var job = 0; job < 3; job++)
            slot.Run(Job(job, tag: job == 1 ? "b" : "a") with { Instance = new Guid(job % 2, 0, 0, new byte[8]) }).HandlerThrows(NoGpu);

        slot.Single<SlotEffect.StopWorker>().Reason.Should().Be(WorkerEndReason.RepeatedFailures);
        slot.Sent.Should().BeEquivalentTo(new { Count = 0, Wait = TimeSpan.Zero });
        slot.Sent.Failed.Should().ContainSingle().Which.JobId.Should().Be(2);
        slot.Answer(Says(NextState.Wait)).Single<SlotEffect.Ended>().Reason.Should().Be(WorkerEndReason.RepeatedFailures);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    public void Without_a_limit_failures_never_count(int? limit)
    {
        var failures = new TagFailures(limit, limit);

        Enumerable.Range(0, 1000).Sum(job => failures.Failed("a", Instance, job)).Should().Be(0);
        failures.EndsWorker.Should().BeFalse();
    }

    private static SlotDriver Failing(SlotDriver slot, params int[] jobs)
    {
        foreach (var job in jobs)
            slot.Run(Job(job)).HandlerThrows(NoGpu);
        return slot;
    }
}
