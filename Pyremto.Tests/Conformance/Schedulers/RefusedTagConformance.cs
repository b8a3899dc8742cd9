using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Schedulers;

/// <summary>One bad tag of a request over several costs only itself (S5, S20).</summary>
public abstract class RefusedTagConformance(SchedulerUnderTest kind) : SchedulerConformance(kind)
{
    private const string Bad = "bad";
    private const string Password = "of bad";
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(37);
    private static readonly JsonText Result = JsonText.Parse("""{"loss":1}""");

    /// <summary>Why a tag is refused, and with which code.</summary>
    public static TheoryData<string, string> Refusals => new()
    {
        { "wrong password", ErrorCodes.WrongPassword },
        { "no password", ErrorCodes.WrongPassword },
        { "view token", ErrorCodes.WrongPassword },
        { "unknown", ErrorCodes.TagUnknown },
        { "deleted", ErrorCodes.TagUnknown },
        { "made anew with another password", ErrorCodes.WrongPassword },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task S5_reports_and_work_of_the_other_tags_are_not_hindered(string why, string code)
    {
        var good = await TagAsync(3, name: "good");
        var done = await TakeAsync(good, "w");
        var failed = await TakeAsync(good, "w");
        var (bad, job) = await RefusedAsync(why);

        var answer = await Scheduler.ExchangeAsync(
            new ExchangeRequest
            {
                Tags = [bad, good],
                Worker = "w",
                RequestId = "r1",
                Wait = Wait,
                Done = [new DoneReport(0, Result, 1, Bad, job?.Instance), Report(done)],
                Failed = [new FailedReport(failed.JobId, "it broke", Attempt: 1, Tag: good.Tag, Instance: failed.Instance)],
                Released = [new ReleasedReport(0, 1, Bad, job?.Instance)],
            },
            CancellationToken.None);
        var repeated = await Scheduler.ExchangeAsync(
            new ExchangeRequest { Tags = [good, bad], Worker = "w", RequestId = "r1" }, CancellationToken.None);
        var another = await Scheduler.ExchangeAsync(
            new ExchangeRequest { Tags = [good, bad], Worker = "w", RequestId = "r2", Wait = Wait }, CancellationToken.None).AsTask().WaitAsync(Patience);

        answer.Outcomes.Select(outcome => outcome.Outcome).Should().Equal(
            ReportVerdict.Refused, ReportVerdict.Accepted, ReportVerdict.Accepted, ReportVerdict.Refused);
        answer.Outcomes.Where(outcome => outcome.Outcome == ReportVerdict.Refused).Should().OnlyContain(outcome => outcome.Code == code);
        answer.Jobs.Should().ContainSingle().Which.Tag.Should().Be(good.Tag);
        repeated.Jobs.Should().Equal(answer.Jobs);
        another.State.Should().Be(NextState.Wait, "it is told at once, and not after a long poll");
        foreach (var told in new[] { answer, repeated, another })
        {
            told.RefusedTags.Should().ContainSingle().Which.Should().Match<RefusedTag>(refused =>
                refused.Tag == Bad && refused.Code == code && refused.Message.Contains(Bad));
        }
        (await CountsAsync(good)).Should().Be(new JobCounts(0, InProgress: 1, Done: 1, Exhausted: 1, 0));
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task S10_signs_of_life_for_the_other_tags_count(string why, string code)
    {
        var lease = TimeSpan.FromSeconds(10);
        var good = await TagAsync(name: "good", lease: lease);
        var job = await TakeAsync(good, "w");
        var (bad, ofBad) = await RefusedAsync(why);
        foreach (var tags in new TagAccess[][] { [bad, good], [good, bad] })
        {
            Time.Advance(lease - Second);

            var answer = await Scheduler.HeartbeatAsync(
                new Heartbeat
                {
                    Tags = tags,
                    Worker = "w",
                    Jobs = [new HeldJob(job.JobId, good.Tag, job.Attempt, job.Instance), new HeldJob(0, Bad, 1, ofBad?.Instance)],
                },
                CancellationToken.None);

            answer.RefusedTags.Should().ContainSingle().Which.Should().Match<RefusedTag>(refused => refused.Tag == Bad && refused.Code == code);
            answer.NotNeeded.Select(held => held.Tag).Should().Equal(code == ErrorCodes.TagUnknown ? [Bad] : []);
        }
        (await CountsAsync(good)).InProgress.Should().Be(1);
    }

    [Fact]
    public async Task S20_where_all_tags_are_refused_the_request_fails_as_for_one()
    {
        var tag = await EmptyTagAsync("a", Password);
        TagAccess[] tags = [tag with { Password = "wrong" }, tag with { Tag = "b" }];

        var ask = async () => await Scheduler.ExchangeAsync(new ExchangeRequest { Tags = tags, Worker = "w" }, CancellationToken.None);

        await ask.Should().ThrowAsync<WrongPasswordException>();
    }

    [Fact]
    public async Task S5_a_report_without_a_tag_becomes_none_of_the_only_tag_that_is_not_refused()
    {
        var good = await TagAsync(name: "good");
        await TakeAsync(good, "w");
        var (bad, _) = await RefusedAsync("wrong password");

        var answer = await Scheduler.ExchangeAsync(
            new ExchangeRequest { Tags = [good, bad], Worker = "w", Done = [new DoneReport(0, Result)] }, CancellationToken.None);
        var beat = await Scheduler.HeartbeatAsync(
            new Heartbeat { Tags = [good, bad], Worker = "w", Jobs = [new HeldJob(0)] }, CancellationToken.None);

        answer.Outcomes.Should().ContainSingle().Which.Outcome.Should().Be(ReportVerdict.Refused);
        beat.NotNeeded.Should().Equal(new HeldJob(0));
        (await CountsAsync(good)).Done.Should().Be(0);
    }

    [Fact]
    public async Task S5_a_report_of_a_deleted_tag_does_not_reach_the_new_one_of_its_name_and_hinders_no_other()
    {
        var good = await TagAsync(name: "good");
        var ofGood = await TakeAsync(good, "w");
        var made = await TagAsync(name: Bad);
        var old = await TakeAsync(made, "w");
        await Scheduler.DeleteTagAsync(made, CancellationToken.None);
        await TagAsync(name: Bad);
        await TakeAsync(made, "w");

        var answer = await Scheduler.ExchangeAsync(
            new ExchangeRequest { Tags = [good, made], Worker = "w", Wait = Wait, Done = [Report(old), Report(ofGood)] }, CancellationToken.None)
            .AsTask().WaitAsync(Patience);

        answer.Outcomes.Select(outcome => outcome.Outcome).Should().Equal(ReportVerdict.Refused, ReportVerdict.Accepted);
        answer.RefusedTags.Should().BeEmpty("the tag itself is served");
        (await CountsAsync(made)).InProgress.Should().Be(1);
    }

    [Fact]
    public async Task S20_a_tag_that_is_deleted_while_a_request_waits_is_told_at_once()
    {
        var good = await TagAsync(name: "good");
        await TakeAsync(good, "other");
        var bad = await EmptyTagAsync(Bad);
        var waiting = Scheduler.ExchangeAsync(
            new ExchangeRequest { Tags = [good, bad], Worker = "w", Wait = Wait }, CancellationToken.None).AsTask();
        await Time.UntilTimerAsync(Wait);

        await Scheduler.DeleteTagAsync(bad, CancellationToken.None);

        (await waiting.WaitAsync(Patience)).RefusedTags.Should().ContainSingle().Which.Tag.Should().Be(Bad);
    }

    [Theory]
    [InlineData("A", "wrong")]
    [InlineData("wrong", "A")]
    public async Task A_tag_that_is_named_twice_is_a_wrong_request(string first, string second)
    {
        var tag = await TagAsync(name: "a", password: "A");
        var other = await TagAsync(name: "b");
        TagAccess[] tags = [tag with { Password = first }, other, tag with { Password = second }];

        var ask = async () => await Scheduler.ExchangeAsync(new ExchangeRequest { Tags = tags, Worker = "w" }, CancellationToken.None);
        var beat = async () => await Scheduler.HeartbeatAsync(new Heartbeat { Tags = tags, Worker = "w" }, CancellationToken.None);

        (await ask.Should().ThrowAsync<InvalidRequestException>()).Which.Message.Should().Contain("'a'");
        (await beat.Should().ThrowAsync<InvalidRequestException>()).Which.Message.Should().Contain("'a'");
        (await CountsAsync(other)).Waiting.Should().Be(1);
    }

    /// <summary>What a worker has to react to is answered at once: its long poll would hold the answer back for its whole time.</summary>
    [Theory]
    [InlineData("result too large")]
    [InlineData("no object")]
    [InlineData("never handed out")]
    [InlineData("no such job")]
    [InlineData("another instance")]
    public async Task S5_a_refused_report_is_answered_without_waiting_for_work(string why)
    {
        var tag = await TagAsync(jobs: 3);
        var job = await TakeAsync(tag, "w");
        await TakeAsync(tag, "other");
        await Scheduler.PauseAsync(tag, CancellationToken.None);
        var report = why switch
        {
            "result too large" => Report(job) with { Result = JsonText.Parse($$"""{"x":"{{new string('x', 1 << 20)}}"}""") },
            "no object" => Report(job) with { Result = JsonText.Parse("1") },
            "never handed out" => new DoneReport(2, Result),
            "no such job" => new DoneReport(77, Result),
            _ => Report(job) with { Instance = Guid.Empty },
        };

        var answer = await Scheduler.ExchangeAsync(
            new ExchangeRequest { Tags = [tag], Worker = "w", Wait = Wait, Done = [report] }, CancellationToken.None).AsTask().WaitAsync(Patience);

        answer.Outcomes.Should().ContainSingle().Which.Outcome.Should().Be(ReportVerdict.Refused);
        answer.State.Should().Be(NextState.Paused);
    }

    [Fact]
    public async Task S5_a_refused_report_withholds_no_work()
    {
        var tag = await TagAsync(jobs: 2);
        await TakeAsync(tag, "w");

        var answer = await Scheduler.ExchangeAsync(
            new ExchangeRequest { Tags = [tag], Worker = "w", Wait = Wait, Done = [new DoneReport(0, JsonText.Parse("1"))] }, CancellationToken.None);

        answer.Outcomes.Should().ContainSingle().Which.Outcome.Should().Be(ReportVerdict.Refused);
        answer.Jobs.Should().ContainSingle().Which.JobId.Should().Be(1);
    }

    private static DoneReport Report(HandOut job) => new(job.JobId, Result, job.Attempt, job.Tag, job.Instance);

    /// <summary>A tag that is refused, and the job that the worker "w" has of it, or had.</summary>
    private async Task<(TagAccess Access, HandOut? Job)> RefusedAsync(string why)
    {
        if (why == "unknown")
            return (new TagAccess(Bad), null);
        var access = await TagAsync(2, name: Bad, password: Password);
        var job = await TakeAsync(access, "w");
        switch (why)
        {
            case "wrong password":
                return (access with { Password = "wrong" }, job);
            case "no password":
                return (access with { Password = null }, job);
            case "view token":
                return (new TagAccess(Bad, ViewToken: await Scheduler.IssueViewTokenAsync(access, lifetime: null, CancellationToken.None)), job);
        }
        await Scheduler.DeleteTagAsync(access, CancellationToken.None);
        if (why != "deleted")
            await TagAsync(2, name: Bad, password: "another");
        return (access, job);
    }
}
