using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Schedulers;

public abstract class SeveralTagsSchedulerConformance(SchedulerUnderTest kind) : SchedulerConformance(kind)
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(37);

    [Fact]
    public async Task S20_tags_are_served_in_turn()
    {
        TagAccess[] tags = [await TagAsync(3, name: "a", password: "A"), await TagAsync(3, name: "b", password: "B"), await TagAsync(3, name: "c")];

        var served = new List<string>();
        for (var i = 0; i < 9; i++)
            served.Add((await AskAsync(tags)).Jobs.Single().Tag);

        served.Take(3).Should().BeEquivalentTo(["a", "b", "c"]);
        served.Skip(3).Should().Equal(served.Take(6));
        (await AskAsync(tags)).State.Should().Be(NextState.Wait);
    }

    [Fact]
    public async Task S20_up_to_64_tags_may_be_named()
    {
        var tags = new List<TagAccess>();
        for (var i = 0; i < 65; i++)
            tags.Add(await EmptyTagAsync($"tag{i}"));
        await Scheduler.SetUpJobsAsync(tags[63], Make.SetUp(1), CancellationToken.None);

        (await AskAsync([.. tags.Take(64)])).Jobs.Should().ContainSingle().Which.Tag.Should().Be("tag63");
        await FluentActions.Awaiting(() => AskAsync([.. tags])).Should().ThrowAsync<InvalidRequestException>();
    }

    [Fact]
    public async Task S20_reports_and_replays_work_as_for_one()
    {
        var a = await TagAsync(2, name: "a");
        var b = await TagAsync(2, name: "b");
        var request = new ExchangeRequest { Tags = [a, b], Worker = "w", RequestId = "r1" };
        var first = (await Scheduler.ExchangeAsync(request, CancellationToken.None)).Jobs.Single();
        (await Scheduler.ExchangeAsync(request, CancellationToken.None)).Jobs.Should().Equal(first);

        var answer = await Scheduler.ExchangeAsync(
            request with { RequestId = "r2", Done = [new DoneReport(first.JobId, JsonText.Parse("{}"), first.Attempt, first.Tag, first.Instance)] },
            CancellationToken.None);

        answer.Outcomes.Should().ContainSingle().Which.Outcome.Should().Be(ReportVerdict.Accepted);
        answer.Jobs.Should().ContainSingle().Which.Tag.Should().NotBe(first.Tag);
    }

    [Fact]
    public async Task S20_inside_the_coordinators_process_a_prefix_serves_all_tags_that_start_so_without_their_passwords()
    {
        if (!Harness.IsInProcess)
            return;
        await TagAsync(name: "batch-1", password: "secret");
        await TagAsync(name: "batch-2");
        await TagAsync(name: "other");
        var request = new ExchangeRequest { TagPrefix = "batch-", Worker = "w" };

        var served = new List<string>
        {
            (await Scheduler.ExchangeAsync(request, CancellationToken.None)).Jobs.Single().Tag,
            (await Scheduler.ExchangeAsync(request, CancellationToken.None)).Jobs.Single().Tag,
        };

        served.Should().BeEquivalentTo(["batch-1", "batch-2"]);
        (await Scheduler.ExchangeAsync(request, CancellationToken.None)).State.Should().Be(NextState.Wait);
    }

    [Fact]
    public async Task S20_who_waits_for_a_prefix_is_given_work_of_a_tag_that_is_created_later()
    {
        if (!Harness.IsInProcess)
            return;
        var waiting = Scheduler.ExchangeAsync(
            new ExchangeRequest { TagPrefix = "batch-", Worker = "w", Wait = Wait }, CancellationToken.None).AsTask();
        await Time.UntilTimerAsync(Wait);

        await TagAsync(name: "other");
        await TagAsync(name: "batch-1");

        (await waiting.WaitAsync(Patience)).Jobs.Should().ContainSingle().Which.Tag.Should().Be("batch-1");
    }

    [Fact]
    public async Task S20_over_a_prefix_a_tag_that_is_sat_out_gives_no_work_and_takes_reports_and_leaves_its_jobs_to_who_waits_behind()
    {
        if (!Harness.IsInProcess)
            return;
        var out1 = await TagAsync(2, n: 2, name: "batch-1");
        await TagAsync(1, name: "batch-2");
        var held = await TakeAsync(out1, "w");
        await TakeAsync(out1, "holder");
        var request = new ExchangeRequest { TagPrefix = "batch-", ExceptTags = ["batch-1"], Worker = "w" };

        var answer = await Scheduler.ExchangeAsync(
            request with { Failed = [new FailedReport(held.JobId, "no", Final: true, Tag: held.Tag, Attempt: held.Attempt)] }, CancellationToken.None);
        var sittingOut = Scheduler.ExchangeAsync(request with { Wait = Wait, RequestId = "r" }, CancellationToken.None).AsTask();
        await Time.UntilTimerAsync(Wait);
        var behind = Scheduler.ExchangeAsync(
            new ExchangeRequest { TagPrefix = "batch-", Worker = "other", Wait = Wait / 2 }, CancellationToken.None).AsTask();
        await Time.UntilTimerAsync(Wait / 2);
        await ReleaseAsync(out1, "holder", 1);

        answer.Outcomes.Should().ContainSingle().Which.Outcome.Should().Be(ReportVerdict.Accepted);
        answer.Jobs.Should().ContainSingle().Which.Tag.Should().Be("batch-2");
        (await behind.WaitAsync(Patience)).Jobs.Should().ContainSingle().Which.Tag.Should().Be("batch-1");
        sittingOut.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task S9_S20_who_waits_for_a_prefix_is_answered_the_moment_a_retry_delay_ends()
    {
        if (!Harness.IsInProcess)
            return;
        var tag = await EmptyTagAsync("batch-1");
        await Scheduler.SetUpJobsAsync(tag, Make.SetUp(1, n: 2) with { RetryDelay = TimeSpan.FromSeconds(10) }, CancellationToken.None);
        var request = new ExchangeRequest { TagPrefix = "batch-", Worker = "w" };
        await Scheduler.ExchangeAsync(request, CancellationToken.None);

        var waiting = Scheduler.ExchangeAsync(
            request with { Failed = [new FailedReport(0, "it broke", Tag: "batch-1")], Wait = Wait }, CancellationToken.None).AsTask();
        await Time.UntilTimerAsync(Wait);
        Time.Advance(TimeSpan.FromSeconds(12.6));

        (await waiting.WaitAsync(Patience)).Jobs.Should().ContainSingle().Which.Attempt.Should().Be(2);
    }

    [Fact]
    public async Task S7_who_waits_for_work_of_a_prefix_does_not_ask_while_no_tag_of_it_changes()
    {
        if (!Harness.IsInProcess)
            return;
        await Scheduler.CancelAsync(await TagAsync(name: "batch-1"), null, CancellationToken.None);
        await Harness.Store.ExpireAsync(CancellationToken.None); // by now, what was changed is told
        var other = await TagAsync(3, name: "other");
        var waiting = Scheduler.ExchangeAsync(
            new ExchangeRequest { TagPrefix = "batch-", Worker = "w", Wait = Wait, UntilWork = true }, CancellationToken.None).AsTask();
        await Time.UntilTimerAsync(Wait);
        var asked = Harness.Store.Exchanges;

        await TakeAsync(other, "other");
        await DoneAsync(other, "other", 0);
        await Scheduler.PauseAsync(other, CancellationToken.None);
        await EmptyTagAsync("created");
        await Scheduler.DeleteTagAsync(other, CancellationToken.None);
        Time.Advance(Wait);

        (await waiting.WaitAsync(Patience)).State.Should().Be(NextState.Done);
        Harness.Store.Exchanges.Should().Be(asked + 2, "only the calls of the other worker came");
    }

    [Fact]
    public async Task S20_a_prefix_serves_its_tags_in_turn_whatever_became_of_them_meanwhile()
    {
        if (!Harness.IsInProcess)
            return;
        var request = new ExchangeRequest { TagPrefix = "batch-", Worker = "w", Count = 1 };
        (await NextAsync()).Should().Be("NotSetUp");
        var a = await TagAsync(9, name: "batch-a");
        var b = await TagAsync(9, name: "batch-b");
        var c = await TagAsync(9, name: "batch-c");
        await TagAsync(9, name: "other");
        (await ServedAsync(4)).Should().Equal("batch-a", "batch-b", "batch-c", "batch-a");

        await TakeAsync(b, "by name"); // so that it was served last
        (await ServedAsync(3)).Should().Equal("batch-c", "batch-a", "batch-b");
        await Scheduler.PauseAsync(c, CancellationToken.None);
        (await ServedAsync(3)).Should().Equal("batch-a", "batch-b", "batch-a");
        await Scheduler.ResumeAsync(c, CancellationToken.None);
        (await ServedAsync(3)).Should().Equal("batch-c", "batch-b", "batch-a");
        await Scheduler.DeleteTagAsync(c, CancellationToken.None);
        await Scheduler.CancelAsync(b, null, CancellationToken.None);
        (await ServedAsync(2)).Should().Equal("batch-a", "batch-a");
        await TagAsync(1, name: "batch-c");
        (await ServedAsync(2)).Should().Equal("batch-c", "batch-a");
        await Scheduler.CancelAsync(a, null, CancellationToken.None);
        (await NextAsync()).Should().Be("Wait", "of batch-c a job runs");
        await Scheduler.DeleteTagAsync(c, CancellationToken.None);
        (await NextAsync()).Should().Be("Done");

        async Task<List<string>> ServedAsync(int times)
        {
            var served = new List<string>();
            for (var i = 0; i < times; i++)
                served.Add(await NextAsync());
            return served;
        }

        async Task<string> NextAsync() =>
            await Scheduler.ExchangeAsync(request, CancellationToken.None) is { HasJob: true } answer
                ? answer.Jobs.Single().Tag
                : (await Scheduler.ExchangeAsync(request, CancellationToken.None)).State.ToString();
    }

    [Fact]
    public async Task S8_a_repeated_request_over_a_prefix_gets_the_same_job()
    {
        if (!Harness.IsInProcess)
            return;
        await TagAsync(3, name: "batch-a");
        await TagAsync(3, name: "batch-b");
        var request = new ExchangeRequest { TagPrefix = "batch-", Worker = "w", RequestId = "r1", InProcess = true };
        var first = (await Scheduler.ExchangeAsync(request, CancellationToken.None)).Jobs;
        await Scheduler.ExchangeAsync(request with { RequestId = "r2" }, CancellationToken.None);

        (await Scheduler.ExchangeAsync(request, CancellationToken.None)).Jobs.Should().Equal(first);
        (await Scheduler.ExchangeAsync(request with { RequestId = "r3" }, CancellationToken.None)).Jobs.Should().NotEqual(first);
    }

    [Fact]
    public async Task S17_a_prefix_that_merely_matches_a_tag_is_no_use_of_it()
    {
        if (!Harness.IsInProcess)
            return;
        var start = Time.GetUtcNow();
        await TagAsync(name: "batch-a");
        await Scheduler.CancelAsync(await TagAsync(name: "batch-b"), null, CancellationToken.None);
        await EmptyTagAsync("batch-c");
        var request = new ExchangeRequest { TagPrefix = "batch-", Worker = "w" };

        Time.Advance(TimeSpan.FromHours(2));
        var job = (await Scheduler.ExchangeAsync(request, CancellationToken.None)).Jobs.Should().ContainSingle().Subject;
        await UsedAsync(Time.GetUtcNow());

        Time.Advance(TimeSpan.FromHours(2));
        await Scheduler.HeartbeatAsync(
            new Heartbeat { TagPrefix = "batch-", Worker = "w", Jobs = [new HeldJob(0, job.Tag, 1, job.Instance)] }, CancellationToken.None);
        await UsedAsync(Time.GetUtcNow());

        Time.Advance(TimeSpan.FromHours(2));
        await Scheduler.ExchangeAsync(
            request with { Done = [new DoneReport(0, JsonText.Parse("{}"), 1, job.Tag, job.Instance)] }, CancellationToken.None);
        var reported = Time.GetUtcNow();
        await UsedAsync(reported);

        Time.Advance(TimeSpan.FromHours(2));
        (await Scheduler.ExchangeAsync(request, CancellationToken.None)).State.Should().Be(NextState.NotSetUp);
        await Scheduler.HeartbeatAsync(new Heartbeat { TagPrefix = "batch-", Worker = "w", Jobs = [] }, CancellationToken.None);
        await UsedAsync(reported);

        async Task UsedAsync(DateTimeOffset first) =>
            (await ListAsync(Scheduler.ListTagsAsync(CancellationToken.None))).Select(tag => tag.LastActivity).Should().Equal(first, start, start);
    }

    [Fact]
    public async Task S20_a_heartbeat_for_a_prefix_vouches_for_jobs_of_all_its_tags()
    {
        if (!Harness.IsInProcess)
            return;
        var a = await TagAsync(name: "batch-a", lease: TimeSpan.FromSeconds(10));
        var b = await TagAsync(name: "batch-b", lease: TimeSpan.FromSeconds(10));
        await TakeAsync(a, "w");
        await TakeAsync(b, "w");
        Time.Advance(TimeSpan.FromSeconds(9));

        await Scheduler.HeartbeatAsync(
            new Heartbeat { TagPrefix = "batch-", Worker = "w", Jobs = [new HeldJob(0, "batch-a"), new HeldJob(0, "batch-b")] }, CancellationToken.None);
        Time.Advance(TimeSpan.FromSeconds(9));

        (await CountsAsync(a)).InProgress.Should().Be(1);
        (await CountsAsync(b)).InProgress.Should().Be(1);
    }

    [Fact]
    public async Task S7_who_is_woken_by_one_tag_and_served_by_another_leaves_the_first_ones_job_to_the_next_who_waits()
    {
        var lease = TimeSpan.FromSeconds(10);
        var a = await TagAsync(2, n: 2, lease: lease, name: "a");
        var b = await TagAsync(1, n: 2, lease: lease, name: "b");
        await TakeAsync(a, "lost");
        await TakeAsync(b, "lost");
        await TakeAsync(a, "done"); // so that of both b comes first
        await DoneAsync(a, "done", 1);
        var both = Scheduler.ExchangeAsync(new ExchangeRequest { Tags = [a, b], Worker = "w1", Wait = Wait }, CancellationToken.None).AsTask();
        await Time.UntilTimerAsync(Wait);
        var second = AskAsync(a, "w2", wait: Wait + Second);
        await Time.UntilTimerAsync(Wait + Second);

        Time.Advance(lease); // both jobs are free at one moment

        (await both.WaitAsync(Patience)).Jobs.Should().ContainSingle();
        (await second.WaitAsync(Patience)).Jobs.Should().ContainSingle();
    }


    private async Task<ExchangeAnswer> AskAsync(params TagAccess[] tags) =>
        await Scheduler.ExchangeAsync(new ExchangeRequest { Tags = tags, Worker = "w" }, CancellationToken.None);
}
