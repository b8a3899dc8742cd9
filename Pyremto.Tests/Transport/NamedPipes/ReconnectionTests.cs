using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>S1, S8, S10: a pipe breaks at chosen bytes between a client and its coordinator, and what was under way happens once.</summary>
public sealed class ReconnectionTests : IAsyncLifetime
{
    private static readonly TagAccess Tag = PipeCoordinator.Tag;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider _pipeTime = new();
    private PipeCoordinator _coordinator = null!;
    private PipeCutter _cutter = null!;
    private NamedPipeScheduler _client = null!;

    public async Task InitializeAsync()
    {
        _coordinator = await PipeCoordinator.StartAsync(pipeTime: _pipeTime);
        _cutter = new PipeCutter(_coordinator.Name);
        _client = _coordinator.Connect(_cutter.Name);
    }

    public async Task DisposeAsync()
    {
        await _cutter.DisposeAsync();
        await _coordinator.DisposeAsync();
    }

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
        await _coordinator.SetUpAsync(jobs: 5, n: 3);
        var cut = CutExchange(atRequest, at);

        var answer = await Patiently(AskAsync("w"));
        await cut;

        answer.Jobs.Should().ContainSingle().Which.Should().BeEquivalentTo(new { JobId = 0, Attempt = 1 });
        (await _coordinator.CountsAsync()).Should().Be(new JobCounts(Waiting: 4, InProgress: 1, 0, 0, 0));
        (await _coordinator.JobAsync(0)).Spent.Should().Be(1);
        SentRequestIds().Distinct(StringComparer.Ordinal).Should().ContainSingle("it is the same request").And.NotContainNulls();
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task S8_many_jobs_at_a_time_are_the_same_after_a_break(bool atRequest, int at)
    {
        await _coordinator.SetUpAsync(jobs: 100, n: 2);
        var cut = CutExchange(atRequest, at);

        var answer = await Patiently(AskAsync("w", count: 60));
        await cut;

        answer.Jobs.Should().HaveCount(60).And.OnlyContain(job => job.Attempt == 1);
        (await _coordinator.CountsAsync()).Should().Be(new JobCounts(Waiting: 40, InProgress: 60, 0, 0, 0));
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task S4_a_result_over_a_pipe_that_breaks_is_accepted_once(bool atRequest, int at)
    {
        await _coordinator.SetUpAsync(jobs: 2);
        await Patiently(AskAsync("w"));
        var cut = CutExchange(atRequest, at);

        var answer = await Patiently(_client.ExchangeAsync(
            new ExchangeRequest { Tags = [Tag], Worker = "w", Done = [new DoneReport(0, JsonText.Parse("{}"), 1)] }, default));
        await cut;

        answer.Outcomes.Should().Equal(new ReportOutcome(0, ReportVerdict.Accepted));
        answer.Jobs.Should().ContainSingle().Which.JobId.Should().Be(1);
        (await _coordinator.Scheduler.GetProgressAsync(Tag, default)).DuplicateResults.Should().Be(0);
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task S9_a_failure_over_a_pipe_that_breaks_counts_once(bool atRequest, int at)
    {
        await _coordinator.SetUpAsync(jobs: 1, n: 3);
        await Patiently(AskAsync("w"));
        var cut = CutExchange(atRequest, at);

        await Patiently(_client.ExchangeAsync(
            new ExchangeRequest { Tags = [Tag], Worker = "w", Count = 0, Failed = [new FailedReport(0, "it broke")] }, default));
        await cut;

        (await _coordinator.JobAsync(0)).Should().BeEquivalentTo(new { Spent = 1, State = JobState.Waiting });
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task S1_a_creation_and_a_set_up_over_a_pipe_that_breaks_succeed(bool atRequest, int at)
    {
        var first = Cut(PipeVerb.CreateTag, atRequest, at);
        var created = await Patiently(_client.CreateTagAsync(new CreateTag { Tag = Tag.Tag }, default));
        await first;
        var second = Cut(PipeVerb.SetUpJobs, atRequest, at);

        var jobs = await Patiently(_client.SetUpJobsAsync(Tag, Make.SetUp(7), default));

        await second;
        (created.Tag, jobs).Should().Be((Tag.Tag, 7));
        await FluentActions.Awaiting(() => _client.SetUpJobsAsync(Tag, Make.SetUp(7), default).AsTask()).Should()
            .ThrowAsync<JobsAlreadySetUpException>("another set-up is another");
    }

    [Theory]
    [InlineData("retry")]
    [InlineData("cancel")]
    [InlineData("delete")]
    [InlineData("note")]
    public async Task What_would_have_a_second_effect_is_not_repeated_and_says_so(string verb)
    {
        await _coordinator.SetUpAsync(jobs: 3);
        await Patiently(_client.TagExistsAsync("tag", default));
        var (what, call) = verb switch
        {
            "retry" => (PipeVerb.Retry, () => _client.RetryAsync(Tag, null, null, default).AsTask()),
            "cancel" => (PipeVerb.Cancel, () => _client.CancelAsync(Tag, null, default).AsTask()),
            "delete" => (PipeVerb.DeleteTag, () => _client.DeleteTagAsync(Tag, default).AsTask()),
            _ => (PipeVerb.AddNote, (Func<Task>)(() => _client.AddNoteAsync(Tag, new TagNote("log", JsonText.Parse("{}")), replace: false, default).AsTask())),
        };
        var cut = Cut(what, atRequest: false, (int)PipeCutter.At.Before);

        (await FluentActions.Awaiting(() => call().WaitAsync(PipeCoordinator.Patience)).Should().ThrowAsync<CoordinatorUnreachableException>())
            .WithMessage("*broke before it answered*unknown*");

        await cut;
        await Patiently(_client.TagExistsAsync("tag", default));
        _cutter.Requests.Count(frame => frame.Kind == FrameKind.Call && frame.Body[0] == (byte)what).Should().Be(1);
    }

    [Fact]
    public async Task S8_an_anonymous_request_whose_pipe_breaks_fails_and_its_job_is_free_again()
    {
        await _coordinator.SetUpAsync(jobs: 1);
        await Patiently(_client.TagExistsAsync("tag", default));
        await Patiently(AskAsync("holder")); // so that the anonymous one has to wait
        var cut = _cutter.CutRequestAsync(PipeVerb.Exchange, PipeCutter.At.After);

        await FluentActions.Awaiting(() => Patiently(AskAsync(null, wait: TimeSpan.FromSeconds(50)))).Should().ThrowAsync<CoordinatorUnreachableException>();
        await cut;

        await Patiently(_client.ExchangeAsync(
            new ExchangeRequest { Tags = [Tag], Worker = "holder", Count = 0, Released = [new ReleasedReport(0)] }, default));
        (await Patiently(AskAsync("next", wait: TimeSpan.FromSeconds(20)))).Jobs.Should().ContainSingle().Which.JobId.Should().Be(0);
    }

    [Fact]
    public async Task S10_who_comes_back_within_2_seconds_keeps_what_it_has()
    {
        await _coordinator.SetUpAsync(jobs: 1, n: 2);
        await Patiently(AskAsync("w"));
        _cutter.CutAndHold();
        await _pipeTime.UntilTimerAsync(Grace);
        _pipeTime.Advance(Grace - TimeSpan.FromMilliseconds(1));

        await _cutter.ResumeAsync();
        await Patiently(_client.TagExistsAsync("tag", default));
        _pipeTime.Advance(Grace * 3);

        (await _coordinator.JobAsync(0)).Attempts.Should().ContainSingle().Which.State.Should().Be(HandOutState.Live);
        (await Patiently(AskAsync("other"))).HasJob.Should().BeFalse();
    }

    [Fact]
    public async Task S10_who_does_not_come_back_for_2_seconds_has_lost_what_it_had_and_another_who_waits_gets_it()
    {
        await _coordinator.SetUpAsync(jobs: 1, n: 2);
        await Patiently(AskAsync("w"));
        var other = _coordinator.Connect();
        var waiting = other.ExchangeAsync(new ExchangeRequest { Tags = [Tag], Worker = "other", Wait = TimeSpan.FromSeconds(50) }, default).AsTask();
        await Patiently(other.TagExistsAsync("tag", default));
        _cutter.CutAndHold();
        await _pipeTime.UntilTimerAsync(Grace);
        _pipeTime.Advance(Grace - TimeSpan.FromMilliseconds(1));
        waiting.IsCompleted.Should().BeFalse();

        _pipeTime.Advance(TimeSpan.FromMilliseconds(1));

        (await waiting.WaitAsync(PipeCoordinator.Patience)).Jobs.Should().ContainSingle().Which.Attempt.Should().Be(2);
        (await _coordinator.Log.LineAsync("did not come back")).Should().Contain("w");
        await _cutter.ResumeAsync();
        (await Patiently(_client.ExchangeAsync(
            new ExchangeRequest { Tags = [Tag], Worker = "w", Count = 0, Done = [new DoneReport(0, JsonText.Parse("{}"), 1)] }, default)))
            .Outcomes.Should().ContainSingle().Which.Outcome.Should().Be(ReportVerdict.Accepted, "a late result is a result (S4)");
    }

    [Fact]
    public async Task S10_who_says_goodbye_has_left_which_is_no_reason_to_warn_and_what_it_had_goes_to_others()
    {
        await _coordinator.SetUpAsync(jobs: 1, n: 2);
        var leaving = _coordinator.Connect();
        await Patiently(leaving.ExchangeAsync(new ExchangeRequest { Tags = [Tag], Worker = "leaving" }, default));

        await leaving.DisposeAsync();
        await _pipeTime.UntilTimerAsync(Grace);
        _pipeTime.Advance(Grace);

        (await _coordinator.Log.LineAsync("have left")).Should().Be("Debug: leaving have left");
        _coordinator.Log.Lines.Should().NotContain(line => line.Contains("did not come back", StringComparison.Ordinal));
        (await Patiently(AskAsync("other"))).Jobs.Should().ContainSingle().Which.Attempt.Should().Be(2);
    }

    [Fact]
    public async Task S8_an_answer_that_could_not_be_written_is_released_when_its_client_is_lost_and_not_before()
    {
        var late = new LateAnswers();
        await using var coordinator = await PipeCoordinator.StartAsync(pipeTime: _pipeTime, wrap: late.Around);
        await coordinator.SetUpAsync(jobs: 1, n: 1);
        var peer = await RawPeer.IntroducedAsync(coordinator.Name);
        await peer.SendAsync(RawFrame.OfCall(1, PipeVerb.Exchange, """{"tags":[{"tag":"tag"}],"worker":"w","request_id":"r","count":1,"done":[],"failed":[],"released":[]}"""));
        await late.Answered;
        await peer.DisposeAsync();
        await _pipeTime.UntilTimerAsync(Grace);

        _pipeTime.Advance(Grace - TimeSpan.FromMilliseconds(1));
        (await coordinator.JobAsync(0)).Attempts.Should().ContainSingle().Which.State.Should().Be(HandOutState.Live);
        _pipeTime.Advance(TimeSpan.FromMilliseconds(1));

        var another = coordinator.Connect();
        (await Patiently(another.ExchangeAsync(new ExchangeRequest { Tags = [Tag], Worker = "next", Wait = TimeSpan.FromSeconds(20) }, default)))
            .HasJob.Should().BeTrue("N is 1, and nobody had it");
    }

    [Fact]
    public async Task S8_an_anonymous_answer_that_could_not_be_written_is_released_at_once()
    {
        var late = new LateAnswers();
        await using var coordinator = await PipeCoordinator.StartAsync(pipeTime: _pipeTime, wrap: late.Around);
        await coordinator.SetUpAsync(jobs: 1, n: 1);
        var peer = await RawPeer.IntroducedAsync(coordinator.Name);
        await peer.SendAsync(RawFrame.OfCall(1, PipeVerb.Exchange, """{"tags":[{"tag":"tag"}],"count":1,"done":[],"failed":[],"released":[]}"""));
        await late.Answered;
        await peer.DisposeAsync();
        await _pipeTime.UntilTimerAsync(Grace);

        var another = coordinator.Connect();
        (await Patiently(another.ExchangeAsync(new ExchangeRequest { Tags = [Tag], Worker = "next", Wait = TimeSpan.FromSeconds(20) }, default)))
            .HasJob.Should().BeTrue();
    }

    [Fact]
    public async Task S8_after_a_restart_of_the_server_all_calls_go_on_as_if_nothing_had_been()
    {
        await _coordinator.SetUpAsync(jobs: 200, n: 1);
        var direct = _coordinator.Connect();
        var given = new System.Collections.Concurrent.ConcurrentBag<int>();
        var working = Enumerable.Range(0, 8).Select(i => Task.Run(() => WorkAsync($"w{i}"))).ToArray();

        for (var restart = 0; restart < 5; restart++)
            await _coordinator.RestartServerAsync();
        await Task.WhenAll(working).WaitAsync(PipeCoordinator.Patience);

        given.Should().HaveCount(200).And.OnlyHaveUniqueItems();
        (await _coordinator.CountsAsync()).Should().Be(new JobCounts(0, 0, Done: 200, 0, 0));

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
        await _coordinator.SetUpAsync(jobs: 40);
        await Patiently(_client.TagExistsAsync("tag", default));
        var cut = _cutter.CutAnswerAsync(FrameKind.Answer, PipeCutter.At.Before, after: 5);

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Patiently(AskAsync($"w{i}"))));
        await cut;

        answers.Select(answer => answer.Jobs.Single().JobId).Should().BeEquivalentTo(Enumerable.Range(0, 40));
        (await _coordinator.CountsAsync()).Should().Be(new JobCounts(0, InProgress: 40, 0, 0, 0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(129)]
    public async Task A_worker_id_that_was_refused_does_not_keep_the_client_from_coming_back(int length)
    {
        await _coordinator.SetUpAsync();
        await FluentActions.Awaiting(() => Patiently(AskAsync(new string('w', length)))).Should().ThrowAsync<InvalidRequestException>();

        _cutter.Cut();

        (await Patiently(AskAsync("good"))).HasJob.Should().BeTrue();
    }

    [Fact]
    public async Task A_coordinator_that_is_not_there_is_said_with_what_to_do()
    {
        var time = new FakeTimeProvider();
        var client = _coordinator.Connect("pyremto-test-nobody", TimeSpan.FromSeconds(3), time);
        var asking = client.TagExistsAsync("tag", default).AsTask();
        await time.UntilTimerAsync(TimeSpan.FromSeconds(3));
        await time.UntilTimerAsync(due => due < TimeSpan.FromSeconds(1));

        for (var i = 0; i < 3000 && !asking.IsCompleted; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }

        (await FluentActions.Awaiting(() => asking.WaitAsync(PipeCoordinator.Patience)).Should().ThrowAsync<CoordinatorUnreachableException>())
            .WithMessage("*'pyremto-test-nobody'*nobody listens there*ListenOnNamedPipe(\"pyremto-test-nobody\")*");
        time.Elapsed.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task However_long_the_coordinator_was_away_its_client_tries_every_second()
    {
        var time = new FakeTimeProvider();
        var name = PipeNames.New();
        var client = _coordinator.Connect(name, TimeSpan.FromHours(1), time);
        var asking = client.TagExistsAsync("tag", default).AsTask();
        for (var attempt = 0; attempt < 1500; attempt++)
        {
            await time.UntilTimerAsync(due => due <= TimeSpan.FromSeconds(1.001), "in a second at most");
            time.Advance(TimeSpan.FromSeconds(1.001));
        }

        asking.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task A_client_with_calls_under_way_can_be_closed()
    {
        await _coordinator.SetUpAsync(jobs: 1);
        await Patiently(AskAsync("holder"));
        var waiting = AskAsync("w", wait: TimeSpan.FromSeconds(50)).AsTask();
        var stream = Task.Run(async () =>
        {
            await foreach (var progress in _client.WatchProgressAsync(Tag, default))
                progress.Total.Should().Be(1);
        });

        await _client.DisposeAsync().AsTask().WaitAsync(PipeCoordinator.Patience);

        await FluentActions.Awaiting(() => waiting.WaitAsync(PipeCoordinator.Patience)).Should().ThrowAsync<CoordinatorUnreachableException>().WithMessage("*closed*");
        await FluentActions.Awaiting(() => stream.WaitAsync(PipeCoordinator.Patience)).Should().ThrowAsync<CoordinatorUnreachableException>();
        await FluentActions.Awaiting(() => Patiently(AskAsync("w"))).Should().ThrowAsync<CoordinatorUnreachableException>().WithMessage("*closed*");
    }

    [Fact]
    public async Task A_client_that_was_cancelled_while_it_is_closed_ends_each_call_once()
    {
        for (var round = 0; round < 50; round++)
        {
            var client = _coordinator.Connect();
            using var gone = new CancellationTokenSource();
            var calls = Enumerable.Range(0, 4).Select(i => client.TagExistsAsync("tag", gone.Token).AsTask()).ToArray();
            var closing = Task.Run(() => client.DisposeAsync().AsTask());
            var late = Task.Run(() => client.TagExistsAsync("tag", gone.Token).AsTask());
            await gone.CancelAsync();
            await closing;

            foreach (var call in calls.Append(late))
            {
                try
                {
                    await call.WaitAsync(PipeCoordinator.Patience);
                }
                catch (Exception error) when (error is OperationCanceledException or CoordinatorUnreachableException)
                {
                    // One of the two.
                }
            }
        }
    }

    private ValueTask<ExchangeAnswer> AskAsync(string? worker, int count = 1, TimeSpan wait = default) =>
        _client.ExchangeAsync(new ExchangeRequest { Tags = [Tag], Worker = worker, Count = count, Wait = wait }, default);

    private Task CutExchange(bool atRequest, int at) => Cut(PipeVerb.Exchange, atRequest, at);

    /// <summary>At the answer: the next that comes, so nothing else may be under way.</summary>
    private Task Cut(PipeVerb verb, bool atRequest, int at) =>
        atRequest ? _cutter.CutRequestAsync(verb, (PipeCutter.At)at) : _cutter.CutAnswerAsync(FrameKind.Answer, (PipeCutter.At)at);

    private IEnumerable<string?> SentRequestIds() =>
        from frame in _cutter.Requests
        where frame.Kind == FrameKind.Call && frame.Body[0] == (byte)PipeVerb.Exchange
        select System.Text.Json.JsonDocument.Parse(frame.Body.AsMemory(1)).RootElement.GetProperty("request_id").GetString();

    private static Task<T> Patiently<T>(ValueTask<T> call) => call.AsTask().WaitAsync(PipeCoordinator.Patience);
}
