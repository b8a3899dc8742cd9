using static Pyremto.Tests.Workers.SlotDriver;

namespace Pyremto.Tests.Workers;

/// <summary>Tags whose credential is refused, beside others that are not; and results that are refused.</summary>
public sealed class WorkerSlotRefusedTests
{
    [Fact]
    public void S20_a_tag_that_is_refused_costs_only_itself_and_is_tried_again_later()
    {
        var slot = new SlotDriver(Settings("a", "b"));

        slot.Answer(Refuses(NextState.Wait, "b"));

        slot.Single<SlotEffect.TagLeaves>().LeftOut.Should().BeEquivalentTo(
            new { Tag = "b", Cause = LeftOutCause.Refused, Reason = "The password of tag b is wrong." });
        slot.Sent.Tags.Should().Equal(new TagAccess("a"));
        slot.Wait(10).Answer(Says(NextState.Wait)).Sent.Tags.Should().HaveCount(1);
        slot.Wait(20).Answer(Says(NextState.Wait)).Sent.Tags.Should().HaveCount(2);
        slot.Answer(Refuses(NextState.Wait, "b")).Single<SlotEffect.TagLeaves>().LeftOut.Until.Should()
            .BeGreaterThanOrEqualTo(slot.Now + TimeSpan.FromSeconds(30), "the pause grows");
        slot.Wait(60).Answer(Says(NextState.Wait)).Sent.Tags.Should().HaveCount(2);
        slot.Wait(1).Answer(Says(NextState.Wait)).Single<SlotEffect.TagReturns>().Tag.Should().Be("b");
    }

    [Fact]
    public void S5_the_job_that_came_with_a_refused_tag_is_run_and_reports_of_the_other_count()
    {
        var slot = new SlotDriver(Settings("a", "b")).Run(Job(1)).HandlerReturns();

        slot.Answer(Refuses(NextState.Job, "b") with { Jobs = [Job(2)], Outcomes = [new ReportOutcome(1, ReportVerdict.Accepted)] });

        slot.Single<SlotEffect.StartHandler>().Job.JobId.Should().Be(2);
        slot.HandlerReturns().Sent.Tags.Should().Equal(new TagAccess("a"));
    }

    [Fact]
    public void A_report_for_a_refused_tag_is_given_up_and_told()
    {
        var slot = new SlotDriver(Settings("a", "b")).Run(Job(1, tag: "b")).HandlerReturns();

        var outcome = new ReportOutcome(1, ReportVerdict.Refused, Code: ErrorCodes.WrongPassword, Message: "wrong");
        slot.Answer(Refuses(NextState.Wait, "b") with { Outcomes = [outcome] });

        slot.Single<SlotEffect.ReportNotAccepted>().Should().Be(new SlotEffect.ReportNotAccepted("b", outcome));
        slot.Sent.Failed.Should().BeEmpty();
    }

    [Fact]
    public void S15_a_worker_all_of_whose_tags_are_refused_ends_and_says_so_once()
    {
        var slot = new SlotDriver(Settings("a", "b")).Answer(Refuses(NextState.Wait, "b"));

        slot.Fail(new WrongPasswordException("The password of tag a is wrong."));

        slot.Single<SlotEffect.StopWorker>().Reason.Should().Be(WorkerEndReason.Refused);
        slot.Single<SlotEffect.Ended>().Reason.Should().Be(WorkerEndReason.Refused);
        slot.Effects.OfType<SlotEffect.TagLeaves>().Should().BeEmpty();
    }

    [Fact]
    public void Where_one_tag_is_refused_and_the_other_missing_the_missing_one_is_waited_for()
    {
        var slot = new SlotDriver(Settings("a", "b")).Fail(new WrongPasswordException("The password of tag a is wrong."));

        slot.Single<SlotEffect.LookUpTags>();
        slot.TagsFound("a").Single<SlotEffect.TagsMissing>().Tags.Should().Equal("b");
        slot.Sent.Tags.Should().Equal(new TagAccess("a"));
        slot.Fail(new WrongPasswordException("The password of tag a is wrong."));

        slot.Slot.HasEnded.Should().BeFalse();
        slot.Wait(5).Sent.Tags.Should().Equal(new TagAccess("b"));
    }

    [Fact]
    public void S19_the_only_tag_being_refused_while_a_job_runs_ends_the_worker_with_its_report_told_as_refused()
    {
        var slot = new SlotDriver().Run(Job(1)).HandlerReturns();

        slot.Fail(new WrongPasswordException("wrong"));

        slot.Single<SlotEffect.ReportNotAccepted>().Outcome.Code.Should().Be(ErrorCodes.WrongPassword);
        slot.Single<SlotEffect.Ended>().Should().Be(new SlotEffect.Ended(WorkerEndReason.Refused, 0));
    }

    [Fact]
    public void S16_a_refused_result_is_failed_at_once_beside_the_job_that_came_with_the_refusal()
    {
        var slot = new SlotDriver().Run(Job(3)).HandlerReturns();
        slot.Answer(Gives(Job(4), new ReportOutcome(3, ReportVerdict.Refused, Code: ErrorCodes.TooLarge, Message: "Too large")));

        var aside = slot.Single<SlotEffect.SendAside>().Request;

        aside.Count.Should().Be(0);
        aside.Failed.Should().ContainSingle().Which.Should().BeEquivalentTo(
            new { JobId = 3, Error = "The result was refused: Too large", Final = true, Attempt = 1 });
        slot.Tell((s, _) => s.AsideAnswered(aside, Says(NextState.Wait, new ReportOutcome(3, ReportVerdict.Accepted)))).HandlerReturns();
        slot.Sent.Failed.Should().BeEmpty();
        slot.Sent.Done.Should().ContainSingle().Which.JobId.Should().Be(4);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void S8_what_was_sent_aside_and_not_answered_travels_with_the_next_exchange(bool failed)
    {
        var slot = new SlotDriver().Run(Job(3)).HandlerReturns();
        slot.Answer(Gives(Job(4), new ReportOutcome(3, ReportVerdict.Refused, Code: ErrorCodes.TooLarge, Message: "Too large")));
        var aside = slot.Single<SlotEffect.SendAside>().Request;
        if (failed)
            slot.Tell((s, _) => s.AsideFailed(aside));

        slot.HandlerReturns();

        slot.Sent.Failed.Should().ContainSingle().Which.JobId.Should().Be(3);
        slot.Tell((s, _) => s.AsideFailed(aside)).Effects.Should().BeEmpty();
    }

    [Fact]
    public void S5_a_ban_leaves_its_tag_out_for_a_while_and_keeps_what_is_to_be_reported()
    {
        var slot = new SlotDriver(Settings("a", "b")).Run(Job(1, tag: "b")).HandlerReturns();

        slot.Answer(Bans("b", new ReportOutcome(1, ReportVerdict.Refused, Code: ErrorCodes.Banned, Message: "later")));

        slot.Effects.OfType<SlotEffect.ReportNotAccepted>().Should().BeEmpty();
        slot.Single<SlotEffect.TagLeaves>().LeftOut.Cause.Should().Be(LeftOutCause.Banned);
        slot.Sent.Should().BeEquivalentTo(new { Tags = new[] { new TagAccess("a") }, Count = 1, HasReports = false });
        slot.Answer(Says(NextState.Wait)).Effects.OfType<SlotEffect.SendExchange>().Should().BeEmpty("what waits is not sent over and over");
        slot.Wait(60).Answer(Says(NextState.Wait)).Sent.Tags.Should().HaveCount(2);
        slot.Sent.Done.Should().ContainSingle().Which.JobId.Should().Be(1);
        slot.Answer(Says(NextState.Wait, new ReportOutcome(1, ReportVerdict.Accepted))).Single<SlotEffect.TagReturns>().Tag.Should().Be("b");
    }

    [Fact]
    public void S5_a_worker_that_ends_delivers_what_a_ban_held_back_and_does_not_hurry()
    {
        var slot = new SlotDriver(Settings("a", "b")).Run(Job(1)).HandlerReturns();
        slot.Answer(Gives(Job(2, tag: "b"), new ReportOutcome(1, ReportVerdict.Refused, Code: ErrorCodes.TooLarge, Message: "Too large")));
        slot.Tell((s, now) => s.StopAsking(WorkerEndReason.HostStopped, now)).HandlerReturns();
        var banned = new ReportOutcome(2, ReportVerdict.Refused, Code: ErrorCodes.Banned, Message: "later");
        for (var i = 0; i < 3; i++)
        {
            slot.Sent.Done.Should().ContainSingle().Which.JobId.Should().Be(2);
            slot.Answer(Bans("b", banned)).Effects.OfType<SlotEffect.SendExchange>().Should().BeEmpty();
            slot.WaitForDeadline();
        }

        slot.Answer(Says(NextState.Wait, new ReportOutcome(2, ReportVerdict.Accepted))).Single<SlotEffect.Ended>().Undelivered.Should().Be(0);
    }

    [Fact]
    public void A_ban_beside_a_refused_tag_does_not_end_the_worker()
    {
        var slot = new SlotDriver(Settings("a", "b")).Answer(Bans("b"));

        slot.Fail(new WrongPasswordException("The password of tag a is wrong."));

        slot.Slot.HasEnded.Should().BeFalse();
        slot.Wait(60).Sent.Tags.Should().Contain(new TagAccess("b"));
    }

    private static ExchangeAnswer Bans(string tag, params ReportOutcome[] outcomes) => Says(NextState.Wait, outcomes) with
    {
        RefusedTags = [new RefusedTag(tag, ErrorCodes.Banned, "This address sent too many wrong credentials: try again later.")],
    };

    private static ExchangeAnswer Refuses(NextState state, string tag) => Says(state) with
    {
        RefusedTags = [new RefusedTag(tag, ErrorCodes.WrongPassword, $"The password of tag {tag} is wrong.")],
    };
}
