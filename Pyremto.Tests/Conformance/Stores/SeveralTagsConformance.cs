using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

public abstract class SeveralTagsConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    [Fact]
    public async Task S20_the_tag_served_least_recently_goes_first()
    {
        var a = await TagAsync(jobs: 9, name: "a");
        var b = await TagAsync(jobs: 9, name: "b");
        var c = await TagAsync(jobs: 9, name: "c");
        foreach (var tag in new[] { b, c, a })
        {
            await tag.TakeAsync("w");
            Time.Advance(Second);
        }

        var served = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            served.Add((await AskAsync("w", null, a, b, c)).Jobs.Single().Tag);
            Time.Advance(Second);
        }

        served.Should().Equal("b", "c", "a", "b", "c", "a");
    }

    [Fact]
    public async Task S20_tags_are_served_in_turn_even_at_the_same_moment()
    {
        var a = await TagAsync(jobs: 9, name: "a");
        var b = await TagAsync(jobs: 9, name: "b");

        var served = new List<string>();
        for (var i = 0; i < 6; i++)
            served.Add((await AskAsync("w", null, a, b)).Jobs.Single().Tag);

        served.Take(2).Should().BeEquivalentTo(["a", "b"]);
        served.Skip(2).Should().Equal(served.Take(4));
    }

    [Fact]
    public async Task S20_a_tag_without_work_is_passed_over()
    {
        var a = await TagAsync(jobs: 1, name: "a");
        var b = await TagAsync(jobs: 3, name: "b");
        await a.TakeAsync("w");
        await b.TakeAsync("w");

        var answer = await AskAsync("w", null, a, b);

        answer.Jobs.Should().ContainSingle().Which.Should().Match<HandOut>(job => job.Tag == "b" && job.Instance == b.Record.Instance);
    }

    [Fact]
    public async Task S20_several_jobs_are_all_of_one_tag()
    {
        var a = await TagAsync(jobs: 2, name: "a");
        var b = await TagAsync(jobs: 2, name: "b");

        var answer = await Store.ExchangeAsync(
            [a.Record, b.Record], new ExchangeRequest { Worker = "w", Count = 4 }, CancellationToken.None);

        answer.Jobs.Should().HaveCount(2);
        answer.Jobs[0].Tag.Should().Be(answer.Jobs[1].Tag);
    }

    [Fact]
    public async Task S20_the_most_hopeful_state_counts()
    {
        var done = await TagAsync(jobs: 1, name: "done");
        await done.CancelAsync();
        var drained = await TagAsync(jobs: 1, name: "drained");
        await drained.TakeAsync("w");
        await drained.FailAsync("w", 0);
        var notSetUp = await EmptyTagAsync("not set up");
        var paused = await TagAsync(jobs: 1, name: "paused");
        await paused.PauseAsync();
        var waiting = await TagAsync(jobs: 1, name: "waiting");
        await waiting.TakeAsync("w");
        var working = await TagAsync(jobs: 1, name: "working");

        (await AskAsync("w", null, done)).State.Should().Be(NextState.Done);
        (await AskAsync("w", null, done, drained)).State.Should().Be(NextState.Drained);
        (await AskAsync("w", null, done, drained, notSetUp)).State.Should().Be(NextState.NotSetUp);
        (await AskAsync("w", null, done, drained, notSetUp, paused)).State.Should().Be(NextState.Paused);
        (await AskAsync("w", null, done, drained, notSetUp, paused, waiting)).State.Should().Be(NextState.Wait);
        (await AskAsync("w", null, done, drained, notSetUp, paused, waiting, working)).State.Should().Be(NextState.Job);
    }

    [Fact]
    public async Task S20_a_request_id_is_found_again_in_whichever_tag_it_was_served()
    {
        var a = await TagAsync(jobs: 3, name: "a");
        var b = await TagAsync(jobs: 3, name: "b");
        var first = await AskAsync("w", "r1", a, b);
        Time.Advance(Second);
        await AskAsync("w", "r2", a, b);
        Time.Advance(Second);

        (await AskAsync("w", "r1", a, b)).Jobs.Should().Equal(first.Jobs);
        (await AskAsync("w", "r1", b, a)).Jobs.Should().Equal(first.Jobs);

        ((await a.CountsAsync()).InProgress + (await b.CountsAsync()).InProgress).Should().Be(2);
    }

    [Fact]
    public async Task S20_reports_go_to_the_tag_that_they_name()
    {
        var a = await TagAsync(jobs: 3, name: "a");
        var b = await TagAsync(jobs: 3, name: "b");
        await a.AskAsync("w", count: 3);
        await b.AskAsync("w", count: 3);

        var answer = await Store.ExchangeAsync(
            [a.Record, b.Record],
            new ExchangeRequest
            {
                Worker = "w",
                Count = 0,
                Done = [new DoneReport(0, JsonText.Parse("{}"), Tag: "b"), new DoneReport(1, JsonText.Parse("{}"), Tag: "unknown")],
                Failed = [new FailedReport(1, "it broke", Tag: "a")],
                Released = [new ReleasedReport(2, Tag: "b")],
            },
            CancellationToken.None);

        answer.Outcomes.Select(outcome => outcome.Outcome).Should().Equal(
            ReportVerdict.Accepted, ReportVerdict.Refused, ReportVerdict.Accepted, ReportVerdict.Accepted);
        (await a.CountsAsync()).Should().Be(new JobCounts(0, InProgress: 2, 0, Exhausted: 1, 0));
        (await b.CountsAsync()).Should().Be(new JobCounts(Waiting: 1, InProgress: 1, Done: 1, 0, 0));
    }

    [Fact]
    public async Task S20_a_report_over_several_tags_that_names_none_is_refused()
    {
        var a = await TagAsync(jobs: 1, name: "a");
        var b = await TagAsync(jobs: 1, name: "b");
        await a.TakeAsync("w");
        await b.TakeAsync("w");

        var answer = await Store.ExchangeAsync(
            [a.Record, b.Record],
            new ExchangeRequest { Worker = "w", Count = 0, Done = [new DoneReport(0, JsonText.Parse("{}"))] },
            CancellationToken.None);

        answer.Outcomes.Should().ContainSingle().Which.Outcome.Should().Be(ReportVerdict.Refused);
        (await a.CountsAsync()).InProgress.Should().Be(1);
        (await b.CountsAsync()).InProgress.Should().Be(1);
    }

    [Fact]
    public async Task S20_a_tag_that_was_deleted_costs_only_itself()
    {
        var a = await TagAsync(jobs: 2, name: "a");
        var gone = await TagAsync(jobs: 1, name: "gone");
        await gone.DeleteAsync();

        var answer = await AskAsync("w", null, gone, a);
        var beat = await Store.HeartbeatAsync(
            [gone.Record, a.Record], new Heartbeat { Worker = "w", Jobs = [new HeldJob(0, "gone"), new HeldJob(0, "a")] }, CancellationToken.None);
        var ask = () => AskAsync("w", null, gone);

        answer.Jobs.Should().ContainSingle().Which.Tag.Should().Be("a");
        answer.RefusedTags.Should().ContainSingle().Which.Code.Should().Be(ErrorCodes.TagUnknown);
        beat.NotNeeded.Should().Equal(new HeldJob(0, "gone"));
        await ask.Should().ThrowAsync<TagUnknownException>();
    }

    private async Task<ExchangeAnswer> AskAsync(string worker, string? requestId, params TestTag[] tags) =>
        await Store.ExchangeAsync(
            [.. tags.Select(tag => tag.Record)], new ExchangeRequest { Worker = worker, RequestId = requestId }, CancellationToken.None);
}
