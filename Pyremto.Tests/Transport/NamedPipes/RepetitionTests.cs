using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>S1, S4, S8, S9: a pipe breaks at chosen bytes between a client and its coordinator, and what was under way happens
/// once.</summary>
public sealed class RepetitionTests : CutPipe
{
    public static TheoryData<bool, int> Cuts => new()
    {
        { true, (int)PipeCutter.At.Before },
        { true, (int)PipeCutter.At.Middle },
        { true, (int)PipeCutter.At.After },
        { false, (int)PipeCutter.At.Before },
        { false, (int)PipeCutter.At.Middle },
        { false, (int)PipeCutter.At.After },
    };

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task S8_a_request_for_work_over_a_pipe_that_breaks_is_given_one_job_and_one_attempt(bool atRequest, int at)
    {
        await Coordinator.SetUpAsync(jobs: 5, n: 3);
        var cut = CutExchange(atRequest, at);

        var answer = await Patiently(AskAsync("w"));
        await cut;

        answer.Jobs.Should().ContainSingle().Which.Should().BeEquivalentTo(new { JobId = 0, Attempt = 1 });
        (await Coordinator.CountsAsync()).Should().Be(new JobCounts(Waiting: 4, InProgress: 1, 0, 0, 0));
        (await Coordinator.JobAsync(0)).Spent.Should().Be(1);
        SentRequestIds().Distinct(StringComparer.Ordinal).Should().ContainSingle("it is the same request").And.NotContainNulls();
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task S8_many_jobs_at_a_time_are_the_same_after_a_break(bool atRequest, int at)
    {
        await Coordinator.SetUpAsync(jobs: 100, n: 2);
        var cut = CutExchange(atRequest, at);

        var answer = await Patiently(AskAsync("w", count: 60));
        await cut;

        answer.Jobs.Should().HaveCount(60).And.OnlyContain(job => job.Attempt == 1);
        (await Coordinator.CountsAsync()).Should().Be(new JobCounts(Waiting: 40, InProgress: 60, 0, 0, 0));
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task S4_a_result_over_a_pipe_that_breaks_is_accepted_once(bool atRequest, int at)
    {
        await Coordinator.SetUpAsync(jobs: 2);
        await Patiently(AskAsync("w"));
        var cut = CutExchange(atRequest, at);

        var answer = await Patiently(Client.ExchangeAsync(
            new ExchangeRequest { Tags = [Tag], Worker = "w", Done = [new DoneReport(0, JsonText.Parse("{}"), 1)] }, default));
        await cut;

        answer.Outcomes.Should().Equal(new ReportOutcome(0, ReportVerdict.Accepted));
        answer.Jobs.Should().ContainSingle().Which.JobId.Should().Be(1);
        (await Coordinator.Scheduler.GetProgressAsync(Tag, default)).DuplicateResults.Should().Be(0);
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task S9_a_failure_over_a_pipe_that_breaks_counts_once(bool atRequest, int at)
    {
        await Coordinator.SetUpAsync(jobs: 1, n: 3);
        await Patiently(AskAsync("w"));
        var cut = CutExchange(atRequest, at);

        await Patiently(Client.ExchangeAsync(
            new ExchangeRequest { Tags = [Tag], Worker = "w", Count = 0, Failed = [new FailedReport(0, "it broke")] }, default));
        await cut;

        (await Coordinator.JobAsync(0)).Should().BeEquivalentTo(new { Spent = 1, State = JobState.Waiting });
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task S1_a_creation_and_a_set_up_over_a_pipe_that_breaks_succeed(bool atRequest, int at)
    {
        var first = Cut(PipeVerb.CreateTag, atRequest, at);
        var created = await Patiently(Client.CreateTagAsync(new CreateTag { Tag = Tag.Tag }, default));
        await first;
        var second = Cut(PipeVerb.SetUpJobs, atRequest, at);

        var jobs = await Patiently(Client.SetUpJobsAsync(Tag, Make.SetUp(7), default));

        await second;
        (created.Tag, jobs).Should().Be((Tag.Tag, 7));
        await FluentActions.Awaiting(() => Client.SetUpJobsAsync(Tag, Make.SetUp(7), default).AsTask()).Should()
            .ThrowAsync<JobsAlreadySetUpException>("another set-up is another");
    }

    [Theory]
    [InlineData("retry")]
    [InlineData("cancel")]
    [InlineData("delete")]
    [InlineData("note")]
    public async Task What_would_have_a_second_effect_is_not_repeated_and_says_so(string verb)
    {
        await Coordinator.SetUpAsync(jobs: 3);
        await Patiently(Client.TagExistsAsync("tag", default));
        var (what, call) = verb switch
        {
            "retry" => (PipeVerb.Retry, () => Client.RetryAsync(Tag, null, null, cancelled: false, default).AsTask()),
            "cancel" => (PipeVerb.Cancel, () => Client.CancelAsync(Tag, null, default).AsTask()),
            "delete" => (PipeVerb.DeleteTag, () => Client.DeleteTagAsync(Tag, default).AsTask()),
            _ => (PipeVerb.AddNote, (Func<Task>)(() => Client.AddNoteAsync(Tag, new TagNote("log", JsonText.Parse("{}")), replace: false, default).AsTask())),
        };
        var cut = Cut(what, atRequest: false, (int)PipeCutter.At.Before);

        (await FluentActions.Awaiting(() => call().WaitAsync(PipeCoordinator.Patience)).Should().ThrowAsync<CoordinatorUnreachableException>())
            .WithMessage("*broke before it answered*unknown*");

        await cut;
        await Patiently(Client.TagExistsAsync("tag", default));
        Cutter.Requests.Count(frame => frame.Kind == FrameKind.Call && frame.Body[0] == (byte)what).Should().Be(1);
    }

    [Fact]
    public async Task S8_an_anonymous_request_whose_pipe_breaks_fails_and_its_job_is_free_again()
    {
        await Coordinator.SetUpAsync(jobs: 1);
        await Patiently(Client.TagExistsAsync("tag", default));
        await Patiently(AskAsync("holder")); // so that the anonymous one has to wait
        var cut = Cutter.CutRequestAsync(PipeVerb.Exchange, PipeCutter.At.After);

        await FluentActions.Awaiting(() => Patiently(AskAsync(null, wait: TimeSpan.FromSeconds(50)))).Should().ThrowAsync<CoordinatorUnreachableException>();
        await cut;

        await Patiently(Client.ExchangeAsync(
            new ExchangeRequest { Tags = [Tag], Worker = "holder", Count = 0, Released = [new ReleasedReport(0)] }, default));
        (await Patiently(AskAsync("next", wait: TimeSpan.FromSeconds(20)))).Jobs.Should().ContainSingle().Which.JobId.Should().Be(0);
    }

    [Fact]
    public async Task S8_after_a_restart_of_the_server_all_calls_go_on_as_if_nothing_had_been()
    {
        await Coordinator.SetUpAsync(jobs: 200, n: 1);
        var direct = Coordinator.Connect();
        var given = new System.Collections.Concurrent.ConcurrentBag<int>();
        var working = Enumerable.Range(0, 8).Select(i => Task.Run(() => WorkAsync($"w{i}"))).ToArray();

        for (var restart = 0; restart < 5; restart++)
            await Coordinator.RestartServerAsync();
        await Task.WhenAll(working).WaitAsync(PipeCoordinator.Patience);

        given.Should().HaveCount(200).And.OnlyHaveUniqueItems();
        (await Coordinator.CountsAsync()).Should().Be(new JobCounts(0, 0, Done: 200, 0, 0));

        async Task WorkAsync(string worker)
        {
            var request = new ExchangeRequest { Tags = [Tag], Worker = worker };
            while (await direct.ExchangeAsync(request, default) is { HasJob: true } answer)
            {
                given.Add(answer.Jobs[0].JobId);
                request = request with { Done = [new DoneReport(answer.Jobs[0].JobId, JsonText.Parse("{}"), answer.Jobs[0].Attempt)] };
            }
        }
    }

    [Fact]
    public async Task Several_calls_under_way_are_all_repeated()
    {
        await Coordinator.SetUpAsync(jobs: 40);
        await Patiently(Client.TagExistsAsync("tag", default));
        var cut = Cutter.CutAnswerAsync(FrameKind.Answer, PipeCutter.At.Before, after: 5);

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Patiently(AskAsync($"w{i}"))));
        await cut;

        answers.Select(answer => answer.Jobs.Single().JobId).Should().BeEquivalentTo(Enumerable.Range(0, 40));
        (await Coordinator.CountsAsync()).Should().Be(new JobCounts(0, InProgress: 40, 0, 0, 0));
    }

    private Task CutExchange(bool atRequest, int at) => Cut(PipeVerb.Exchange, atRequest, at);

    /// <summary>At the answer: the next that comes, so nothing else may be under way.</summary>
    private Task Cut(PipeVerb verb, bool atRequest, int at) =>
        atRequest ? Cutter.CutRequestAsync(verb, (PipeCutter.At)at) : Cutter.CutAnswerAsync(FrameKind.Answer, (PipeCutter.At)at);

    private IEnumerable<string?> SentRequestIds() =>
        from frame in Cutter.Requests
        where frame.Kind == FrameKind.Call && frame.Body[0] == (byte)PipeVerb.Exchange
        select System.Text.Json.JsonDocument.Parse(frame.Body.AsMemory(1)).RootElement.GetProperty("request_id").GetString();
}
