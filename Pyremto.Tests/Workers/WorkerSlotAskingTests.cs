using static Pyremto.Tests.Workers.SlotDriver;

namespace Pyremto.Tests.Workers;

public sealed class WorkerSlotAskingTests
{
    [Fact]
    public void It_starts_by_asking_with_the_longest_wait_as_a_worker_of_this_process()
    {
        var slot = new SlotDriver();

        slot.Sent.Should().BeEquivalentTo(new
        {
            Count = 1,
            Wait = TimeSpan.FromSeconds(50),
            Worker = "host:1:w:abc",
            InProcess = true,
            Tags = new[] { new TagAccess("a") },
        });
        slot.Sent.RequestId.Should().NotBeNullOrEmpty();
    }

    [Fact]
    public void The_result_travels_with_the_next_exchange_under_a_new_request_id()
    {
        var slot = new SlotDriver();
        var first = slot.Sent.RequestId;

        slot.Run(Job(7, attempt: 2)).HandlerReturns();

        slot.Sent.Done.Should().Equal(new DoneReport(7, Result, 2, "a", Instance));
        slot.Sent.Count.Should().Be(1);
        slot.Sent.RequestId.Should().NotBe(first);
        slot.ExchangesSent.Should().Be(2);
    }

    [Fact]
    public void S10_who_waited_in_vain_says_that_it_holds_nothing_and_asks_again()
    {
        var slot = new SlotDriver(Settings("a", "b"));

        slot.Wait(50).Answer(Says(NextState.Wait));

        var beat = slot.Single<SlotEffect.SendHeartbeat>().Beat;
        beat.Jobs.Should().BeEmpty();
        beat.Worker.Should().Be("host:1:w:abc");
        beat.Tags.Should().Equal(new TagAccess("a"), new TagAccess("b"));
        slot.Single<SlotEffect.SendExchange>();
    }

    [Fact]
    public void S8_an_exchange_whose_answer_got_lost_is_repeated_unchanged_with_growing_delays()
    {
        var slot = new SlotDriver();
        slot.Run(Job(1)).HandlerReturns();
        var sent = slot.Sent;

        var delays = new List<TimeSpan>();
        for (var i = 0; i < 12; i++)
        {
            slot.Fail(new StoreUnavailableException("disk full"));
            var delay = slot.Single<SlotEffect.RetryLater>().Delay;
            delays.Add(delay);
            slot.Wait(delay.TotalSeconds - 0.001).Effects.Should().BeEmpty();
            slot.Wait(0.002).Single<SlotEffect.SendExchange>().Request.Should().BeSameAs(sent);
        }

        delays[0].Should().BeLessThanOrEqualTo(TimeSpan.FromSeconds(0.5));
        delays[^1].Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(15)).And.BeLessThanOrEqualTo(TimeSpan.FromSeconds(30));
        delays.Distinct().Should().HaveCountGreaterThan(10, "jitter keeps workers out of step");
    }

    [Fact]
    public void However_long_a_coordinator_was_gone_it_is_tried_each_second()
    {
        var slot = new SlotDriver();

        for (var i = 0; i < 100; i++)
        {
            slot.Fail(new CoordinatorUnreachableException("nobody there"));
            slot.Wait(1).Single<SlotEffect.SendExchange>();
        }
    }

    [Theory]
    [InlineData("store")]
    [InlineData("internal")]
    [InlineData("bug")]
    [InlineData("timeout")]
    public void Whatever_may_pass_is_tried_again(string what)
    {
        Exception error = what switch
        {
            "store" => new StoreUnavailableException("disk full"),
            "internal" => new InternalErrorException("see log 17"),
            "bug" => new InvalidCastException("a bug"),
            _ => new TaskCanceledException("of the transport's own"),
        };
        var slot = new SlotDriver().Fail(error);

        slot.Single<SlotEffect.RetryLater>().Error.Should().BeSameAs(error);
        slot.Wait(1).Effects.OfType<SlotEffect.SendExchange>().Should().NotBeEmpty();
    }

    [Fact]
    public void S16_a_ban_is_waited_for()
    {
        var slot = new SlotDriver().Fail(new BannedException("too many guesses", TimeSpan.FromMinutes(3)));

        slot.Wait(179).Effects.Should().BeEmpty();
        slot.Wait(2).Single<SlotEffect.SendExchange>();
    }

    [Fact]
    public void S15_a_wrong_password_ends_the_worker_with_the_schedulers_words()
    {
        var slot = new SlotDriver().Fail(new WrongPasswordException("The password of tag a is wrong."));

        slot.Single<SlotEffect.StopWorker>().Should().Be(
            new SlotEffect.StopWorker(WorkerEndReason.Refused, "The password of tag a is wrong."));
        slot.Single<SlotEffect.Ended>().Reason.Should().Be(WorkerEndReason.Refused);
        slot.Slot.HasEnded.Should().BeTrue();
        slot.Slot.NextDeadline.Should().BeNull();
    }

    [Fact]
    public void A_request_that_is_not_allowed_ends_the_worker()
    {
        var slot = new SlotDriver().Fail(new InvalidRequestException("A tag has no '/'."));

        slot.Single<SlotEffect.Ended>().Reason.Should().Be(WorkerEndReason.InvalidRequest);
    }

    [Fact]
    public void A_tag_that_does_not_exist_yet_is_waited_for_without_hurry()
    {
        var slot = new SlotDriver();

        for (var i = 0; i < 10; i++)
        {
            slot.Fail(new TagUnknownException("no such tag"));
            slot.Single<SlotEffect.TagsMissing>().Tags.Should().Equal("a");
            slot.Wait(5).Single<SlotEffect.SendExchange>();
        }
    }

    [Fact]
    public void S19_what_is_to_be_reported_to_a_tag_that_was_deleted_is_dropped()
    {
        var slot = new SlotDriver().Run(Job(1)).HandlerReturns();
        var sent = slot.Sent;

        slot.Fail(new TagUnknownException("no such tag")).Wait(5);

        slot.Sent.Done.Should().BeEmpty();
        slot.Sent.RequestId.Should().NotBe(sent.RequestId);
    }

    [Fact]
    public void S20_a_missing_tag_does_not_keep_the_others_of_the_pool_waiting()
    {
        var slot = new SlotDriver(Settings("a", "b", "c"));

        slot.Fail(new TagUnknownException("no tag b")).Single<SlotEffect.LookUpTags>();
        slot.TagsFound("a", "c");

        slot.Single<SlotEffect.TagsMissing>().Tags.Should().Equal("b");
        slot.Sent.Tags.Select(access => access.Tag).Should().Equal("a", "c");
        slot.Sent.Wait.Should().Be(TimeSpan.FromSeconds(10));
        slot.Wait(10).Answer(Says(NextState.Wait));
        slot.Sent.Tags.Should().HaveCount(3, "the missing one is looked for again");
        slot.Sent.Wait.Should().Be(TimeSpan.FromSeconds(50));
    }

    [Fact]
    public void S20_reports_of_the_tags_that_exist_survive_one_that_was_deleted()
    {
        var slot = new SlotDriver(Settings("a", "b")).Run(Job(1, tag: "a")).HandlerReturns();

        slot.Fail(new TagUnknownException("no tag b"));
        slot.TagsFound("a");

        slot.Sent.Done.Should().ContainSingle().Which.JobId.Should().Be(1);
    }

    [Fact]
    public void All_tags_of_a_pool_missing_or_none_after_all_is_only_waited_for()
    {
        var slot = new SlotDriver(Settings("a", "b")).Fail(new TagUnknownException("none"));
        slot.TagsFound().Effects.OfType<SlotEffect.SendExchange>().Should().BeEmpty();
        slot.Wait(5).Single<SlotEffect.SendExchange>();
        slot.Fail(new TagUnknownException("none")).TagsFound("a", "b");
        slot.Effects.OfType<SlotEffect.SendExchange>().Should().BeEmpty();
        slot.Wait(5).Single<SlotEffect.SendExchange>().Request.Tags.Should().HaveCount(2);
        slot.Fail(new TagUnknownException("none")).Tell((s, now) => s.TagLookUpFailed(new CoordinatorUnreachableException("gone"), now));
        slot.Wait(5).Single<SlotEffect.SendExchange>();
    }

    [Theory]
    [InlineData(NextState.Wait)]
    [InlineData(NextState.Paused)]
    [InlineData(NextState.NotSetUp)]
    public void It_asks_again_at_once_after_a_full_wait(NextState state)
    {
        var slot = new SlotDriver();

        slot.Wait(50).Answer(Says(state)).Single<SlotEffect.SendExchange>();
    }

    [Fact]
    public void A_scheduler_that_does_not_wait_is_not_asked_in_a_hot_loop()
    {
        var slot = new SlotDriver();

        for (var i = 0; i < 20; i++)
        {
            slot.Answer(Says(NextState.Wait)).Effects.OfType<SlotEffect.SendExchange>().Should().BeEmpty();
            slot.WaitForDeadline().Single<SlotEffect.SendExchange>();
        }
        slot.Now.Should().BeGreaterThan(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(NextState.Done)]
    [InlineData(NextState.Drained)]
    public void S12_with_nothing_left_it_goes_on_waiting_for_work(NextState state)
    {
        var slot = new SlotDriver();
        slot.Sent.UntilWork.Should().BeTrue();

        for (var i = 0; i < 100; i++)
            slot.Wait(50).Answer(Says(state)).Single<SlotEffect.SendExchange>().Request.UntilWork.Should().BeTrue();
        new SlotDriver(Settings("a") with { EndWhenNothingLeft = true }).Sent.UntilWork.Should().BeFalse();
    }

    [Theory]
    [InlineData(NextState.Done)]
    [InlineData(NextState.Drained)]
    public void It_ends_with_nothing_left_where_it_is_told_to(NextState state)
    {
        var slot = new SlotDriver(Settings("a") with { EndWhenNothingLeft = true }).Run(Job(1)).HandlerReturns();

        slot.Answer(Says(state, new ReportOutcome(1, ReportVerdict.Accepted)));

        slot.Single<SlotEffect.Ended>().Should().Be(new SlotEffect.Ended(WorkerEndReason.NothingLeft, 0));
    }

    [Fact]
    public void S16_a_result_that_is_refused_for_its_content_becomes_a_failure_of_its_attempt()
    {
        var slot = new SlotDriver().Run(Job(3)).HandlerReturns();
        var refused = new ReportOutcome(3, ReportVerdict.Refused, Code: ErrorCodes.TooLarge, Message: "Too large: a result");

        slot.Answer(Gives(Job(4), refused)).Single<SlotEffect.ReportNotAccepted>();
        slot.HandlerReturns();

        slot.Sent.Failed.Should().ContainSingle().Which.Should().BeEquivalentTo(
            new FailedReport(3, "The result was refused: Too large: a result", Final: true, Attempt: 1, Tag: "a", Instance: Instance));
        slot.Sent.Done.Should().ContainSingle().Which.JobId.Should().Be(4);
    }

    [Fact]
    public void S16_a_refused_result_is_failed_at_once_where_there_is_no_other_work()
    {
        var slot = new SlotDriver(Settings("a") with { EndWhenNothingLeft = true }).Run(Job(3)).HandlerReturns();

        slot.Answer(Says(NextState.Wait, new ReportOutcome(3, ReportVerdict.Refused, Code: ErrorCodes.InvalidJob, Message: "no")));

        slot.Single<SlotEffect.SendExchange>().Request.Failed.Should().ContainSingle();
        slot.Answer(Says(NextState.Drained, new ReportOutcome(3, ReportVerdict.Refused, Code: ErrorCodes.InvalidJob, Message: "no")))
            .Single<SlotEffect.Ended>();
    }

    [Fact]
    public void S4_a_result_that_came_too_late_is_no_error()
    {
        var slot = new SlotDriver().Run(Job(3)).HandlerReturns();

        slot.Answer(Gives(Job(4), new ReportOutcome(3, ReportVerdict.AlreadyDone, Differs: true))).HandlerReturns();

        slot.Sent.Failed.Should().BeEmpty();
    }

    [Fact]
    public void S16_a_transport_that_refuses_the_whole_request_for_its_size_gets_a_failure_instead()
    {
        var slot = new SlotDriver().Run(Job(3)).HandlerReturns();

        slot.Fail(new TooLargeException("a frame (bytes)", 10, 5));

        slot.Sent.Done.Should().BeEmpty();
        slot.Sent.Failed.Should().ContainSingle().Which.Error.Should().Contain("a frame");
        slot.Fail(new TooLargeException("a frame (bytes)", 10, 5)).Single<SlotEffect.Ended>().Undelivered.Should().Be(1);
    }

    [Fact]
    public void An_answer_that_nobody_waits_for_changes_nothing()
    {
        var slot = new SlotDriver().Run(Job(1));

        slot.Answer(Gives(Job(2))).Effects.Should().BeEmpty();
        slot.Fail(new TagUnknownException("late")).Effects.Should().BeEmpty();
        slot.TagsFound().Effects.Should().BeEmpty();
        slot.Tell((s, now) => s.Start(now)).Effects.Should().BeEmpty();
    }
}
