using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>What a peer does wrong after it was let in: a bad request is answered, a bad frame ends that connection alone.</summary>
public sealed class MalformedFrameTests : IAsyncLifetime
{
    private PipeCoordinator _coordinator = null!;
    private RawPeer _peer = null!;

    public async Task InitializeAsync()
    {
        _coordinator = await PipeCoordinator.StartAsync(options => options.MaxRequestBytes = 1 << 20);
        await _coordinator.SetUpAsync();
        _peer = await RawPeer.IntroducedAsync(_coordinator.Name);
    }

    public async Task DisposeAsync()
    {
        await _peer.DisposeAsync();
        await _coordinator.DisposeAsync();
    }

    [Fact]
    public async Task Several_frames_in_one_write_are_all_answered()
    {
        var bytes = Enumerable.Range(1, 50).SelectMany(call => RawFrame.OfCall((uint)call, PipeVerb.TagExists, """{"tag":"tag"}""")).ToArray();

        await _peer.SendAsync(bytes);

        var calls = new List<uint>();
        for (var i = 0; i < 50; i++)
        {
            var answer = (await _peer.ReadAsync())!;
            (answer.Kind, answer.Text).Should().Be((FrameKind.Answer, "true"));
            calls.Add(answer.Call);
        }
        calls.Should().BeEquivalentTo(Enumerable.Range(1, 50));
    }

    [Fact]
    public async Task A_frame_that_comes_byte_by_byte_is_answered()
    {
        foreach (var b in RawFrame.OfCall(3, PipeVerb.TagExists, """{"tag":"tag"}"""))
            await _peer.SendAsync(new[] { b });

        (await _peer.ReadAsync())!.Text.Should().Be("true");
    }

    [Theory]
    [InlineData((byte)0)]
    [InlineData((byte)63)]
    [InlineData((byte)64)]
    [InlineData((byte)255)]
    public async Task An_unknown_verb_is_answered_and_the_connection_lives(byte verb)
    {
        var answer = await _peer.AskAsync(1, (PipeVerb)verb, "{}");

        answer.Kind.Should().Be(FrameKind.Error);
        answer.Text.Should().Contain(ErrorCodes.InvalidRequest).And.Contain("same release");
        await ShouldLiveAsync();
    }

    [Fact]
    public async Task A_call_without_a_verb_is_answered_and_the_connection_lives()
    {
        await _peer.SendAsync(RawFrame.Of(FrameKind.Call, 1, []));

        (await _peer.ReadAsync())!.Kind.Should().Be(FrameKind.Error);
        await ShouldLiveAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("\"\"")]
    [InlineData("{} {}")]
    [InlineData("{}x")]
    [InlineData("{\"tags\":7}")]
    [InlineData("{\"tags\":null}")]
    [InlineData("{\"tags\":[7]}")]
    [InlineData("{\"tags\":[{}]}")]
    [InlineData("{\"tags\":[{\"tag\":null}]}")]
    [InlineData("{\"tags\":[{\"tag\":7}]}")]
    [InlineData("{\"tags\":[{\"tag\":\"\\ud800\"}]}")]
    [InlineData("{\"tags\":[{\"tag\":\"tag\"}],\"count\":\"1\"}")]
    [InlineData("{\"tags\":[{\"tag\":\"tag\"}],\"count\":1e99}")]
    [InlineData("{\"tags\":[{\"tag\":\"tag\"}],\"count\":-1}")]
    [InlineData("{\"tags\":[{\"tag\":\"tag\"}],\"wait_seconds\":1e300}")]
    [InlineData("{\"tags\":[{\"tag\":\"tag\"}],\"wait_seconds\":\"long\"}")]
    [InlineData("{\"tags\":[{\"tag\":\"tag\"}],\"wait_seconds\":-1}")]
    [InlineData("{\"tags\":[{\"tag\":\"tag\"}],\"wait_seconds\":{}}")]
    [InlineData("{\"tags\":[{\"tag\":\"tag\"}],\"worker\":\"\"}")]
    [InlineData("{\"tags\":[{\"tag\":\"tag\"}],\"worker\":[]}")]
    [InlineData("{\"tags\":[{\"tag\":\"tag\"}],\"done\":null}")]
    [InlineData("{\"tags\":[{\"tag\":\"tag\"}],\"done\":[null]}")]
    [InlineData("{\"tags\":[{\"tag\":\"tag\"}],\"done\":[{\"job_id\":0,\"result\":\"{\"}]}")]
    [InlineData("{\"tags\":[{\"tag\":\"tag\"}],\"done\":[{\"job_id\":0,\"result\":\"\\ud800\"}]}")]
    [InlineData("{\"tags\":[{\"tag\":\"tag\"}],\"done\":[{\"job_id\":\"0\",\"result\":{}}]}")]
    [InlineData("{\"tags\":[{\"tag\":\"tag\"}],\"done\":[{\"job_id\":0,\"result\":{},\"instance\":\"no guid\"}]}")]
    [InlineData("{\"tags\":[{\"tag\":\"tag\"}],\"failed\":[null]}")]
    [InlineData("{\"tags\":[{\"tag\":\"tag\"}],\"failed\":[{\"job_id\":0,\"error\":null}]}")]
    [InlineData("{\"tags\":[{\"tag\":\"tag\"}],\"released\":[null]}")]
    [InlineData("{\"tags\":[null]}")]
    [InlineData("{}")]
    public async Task A_request_that_cannot_be_is_refused_with_words_and_the_connection_lives(string json)
    {
        var answer = await _peer.AskAsync(1, PipeVerb.Exchange, json);

        answer.Kind.Should().Be(FrameKind.Error);
        answer.Text.Should().Contain("\"code\":\"invalid_", "it is the caller's mistake and told as such");
        await ShouldLiveAsync();
        (await _coordinator.CountsAsync()).Should().Be(new JobCounts(Waiting: 1, 0, 0, 0, 0));
    }

    [Theory]
    [InlineData((byte)PipeVerb.Heartbeat, "{\"tags\":[null],\"worker\":\"w\"}")]
    [InlineData((byte)PipeVerb.Heartbeat, "{\"tags\":[{\"tag\":\"tag\"}]}")]
    [InlineData((byte)PipeVerb.Heartbeat, "{\"tags\":[{\"tag\":\"tag\"}],\"worker\":\"w\",\"jobs\":[null]}")]
    [InlineData((byte)PipeVerb.WatchNotNeeded, "{\"workers\":[]}")]
    [InlineData((byte)PipeVerb.WatchNotNeeded, "{\"workers\":[null]}")]
    [InlineData((byte)PipeVerb.WatchNotNeeded, "{\"tags\":[{\"tag\":\"tag\"}],\"workers\":[]}")]
    [InlineData((byte)PipeVerb.WatchNotNeeded, "{\"workers\":[\"w\"]}")]
    [InlineData((byte)PipeVerb.WatchNotNeeded, "{}")]
    [InlineData((byte)PipeVerb.TagExists, "{}")]
    [InlineData((byte)PipeVerb.TagExists, "{\"tag\":null}")]
    [InlineData((byte)PipeVerb.GetProgress, "{}")]
    [InlineData((byte)PipeVerb.GetProgress, "{\"tag\":null}")]
    [InlineData((byte)PipeVerb.WatchProgress, "{\"tag\":{\"tag\":null}}")]
    [InlineData((byte)PipeVerb.GetResults, "{\"tag\":{\"tag\":\"tag\"}}")]
    [InlineData((byte)PipeVerb.GetResults, "{\"tag\":{\"tag\":\"tag\"},\"query\":{\"order\":\"sideways\"}}")]
    [InlineData((byte)PipeVerb.GetJobs, "{\"tag\":{\"tag\":\"tag\"},\"query\":{\"limit\":0}}")]
    [InlineData((byte)PipeVerb.GetJobs, "{\"tag\":{\"tag\":\"tag\"},\"query\":{\"state\":\"asleep\"}}")]
    [InlineData((byte)PipeVerb.GetNotes, "{\"tag\":{\"tag\":\"tag\"}}")]
    [InlineData((byte)PipeVerb.SetUpJobs, "{\"tag\":{\"tag\":\"tag\"},\"setup\":{}}")]
    [InlineData((byte)PipeVerb.SetUpJobs, "{\"tag\":{\"tag\":\"tag\"},\"setup\":{\"jobs\":null}}")]
    [InlineData((byte)PipeVerb.CreateTag, "{\"tag\":\"a/b\"}")]
    [InlineData((byte)PipeVerb.Retry, "{\"tag\":{\"tag\":\"tag\"},\"jobs\":[null]}")]
    [InlineData((byte)PipeVerb.UpdateTag, "{\"tag\":{\"tag\":\"tag\"},\"update\":{\"lease_seconds\":0}}")]
    [InlineData((byte)PipeVerb.AddNote, "{\"tag\":{\"tag\":\"tag\"},\"note\":{\"kind\":\"k\"},\"replace\":true}")]
    public async Task Every_verb_refuses_what_it_cannot_read_and_the_connection_lives(byte verb, string json)
    {
        var answer = await _peer.AskAsync(1, (PipeVerb)verb, json);

        answer.Kind.Should().Be(FrameKind.Error);
        answer.Text.Should().Contain("\"code\":\"invalid_", "it is the caller's mistake and told as such");
        await ShouldLiveAsync();
    }

    [Theory]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(90)]
    [InlineData(5000)]
    public async Task S16_a_description_may_be_64_deep_and_no_deeper(int depth)
    {
        await _coordinator.Scheduler.CreateTagAsync(new CreateTag { Tag = "deep" }, default);
        var description = string.Concat(Enumerable.Repeat("{\"a\":", depth - 1)) + "{}" + new string('}', depth - 1);

        var answer = await _peer.AskAsync(1, PipeVerb.SetUpJobs, $$$"""{"tag":{"tag":"deep"},"setup":{"jobs":[{{{description}}}],"max_redistribution_attempts":1,"lease_seconds":60,"repetitions":1}}""");

        if (depth <= JsonText.MaxDepth)
        {
            (answer.Kind, answer.Text).Should().Be((FrameKind.Answer, "1"));
            return;
        }
        answer.Kind.Should().Be(FrameKind.Error);
        answer.Text.Should().Contain("\"code\":\"invalid_").And.Contain(depth < 80 ? "64" : "depth");
        await ShouldLiveAsync();
    }

    public static TheoryData<string, byte[]> FramesOfNoClient => new()
    {
        { "an unknown kind", RawFrame.Of((FrameKind)99, 1, []) },
        { "a second hello", RawFrame.OfHello("again") },
        { "a frame that servers send", RawFrame.Of(FrameKind.Answer, 1, "{}"u8) },
        { "credit without a number", RawFrame.Of(FrameKind.Credit, 1, []) },
        { "credit that is too long", RawFrame.Of(FrameKind.Credit, 1, new byte[5]) },
        { "a negative length", [0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0] },
        { "a length of nothing", [0, 0, 0, 0, 2, 0, 0, 0, 0] },
        { "a frame over the limit", [.. BitConverter.GetBytes((1 << 20) + 6), 2, 1, 0, 0, 0] },
        { "a call of a number that is under way", [.. Watch(5), .. Watch(5)] },
    };

    [Theory]
    [MemberData(nameof(FramesOfNoClient))]
    public async Task What_no_client_of_ours_sends_ends_the_connection_with_a_log_line(string what, byte[] bytes)
    {
        await using var other = await RawPeer.IntroducedAsync(_coordinator.Name, "other");

        await _peer.SendAsync(bytes);

        await _peer.ReadToEndAsync();
        (await _coordinator.Log.LineAsync("does not keep to the protocol")).Should().StartWith("Warning", what);
        await ShouldLiveAsync(other);
    }

    [Fact]
    public async Task A_frame_that_is_never_finished_ends_with_its_connection_and_a_log_line()
    {
        await _peer.SendAsync(RawFrame.OfCall(1, PipeVerb.TagExists, """{"tag":"tag"}""").AsMemory(0, 12));

        await _peer.DisposeAsync();

        await _coordinator.Log.LineAsync("in the middle of a frame");
    }

    [Fact]
    public async Task Cancels_and_credits_for_calls_that_there_are_not_are_ignored()
    {
        await _peer.SendAsync(RawFrame.Of(FrameKind.Cancel, 77, []));
        await _peer.SendAsync(RawFrame.Of(FrameKind.Cancel, 0, [1, 2, 3]));
        await _peer.SendAsync(RawFrame.Of(FrameKind.Credit, 77, [1, 0, 0, 0]));

        await ShouldLiveAsync();
    }

    [Fact]
    public async Task A_request_at_the_limit_is_taken_and_one_over_it_is_refused_by_the_client_before_it_goes_out()
    {
        var client = _coordinator.Connect();
        await _coordinator.Scheduler.CreateTagAsync(new CreateTag { Tag = "large" }, default);
        var tag = new TagAccess("large");

        var refused = await FluentActions.Awaiting(() => client.SetUpJobsAsync(tag, SetUp(1 << 20), default).AsTask())
            .Should().ThrowAsync<TooLargeException>();

        refused.WithMessage("*1,048,576 allowed*");
        (await client.SetUpJobsAsync(tag, SetUp((1 << 20) - 200), default)).Should().Be(1);
        _coordinator.Log.Lines.Should().NotContain(line => line.Contains("broke", StringComparison.Ordinal));

        static JobSetup SetUp(int length) => Make.SetUp(1) with { Jobs = [JsonText.Parse($$"""{"x":"{{new string('x', length)}}"}""")] };
    }

    [Fact]
    public async Task Too_many_calls_at_a_time_are_refused_with_words_and_those_under_way_go_on()
    {
        await using var coordinator = await PipeCoordinator.StartAsync(options => options.MaxCallsPerConnection = 2);
        await coordinator.SetUpAsync();
        await using var peer = await RawPeer.IntroducedAsync(coordinator.Name);
        await peer.SendAsync(Watch(1));
        await peer.SendAsync(Watch(2));

        await peer.SendAsync(Watch(3));

        var refused = (await peer.ReadAsync())!;
        (refused.Kind, refused.Call).Should().Be((FrameKind.Error, 3u));
        refused.Text.Should().Contain("More than 2 calls that wait or stream");
        await peer.SendAsync(RawFrame.Of(FrameKind.Cancel, 1, []));
        (await peer.ReadAsync()).Should().BeEquivalentTo(new { Kind = FrameKind.Cancelled, Call = 1u });
        await ShouldLiveAsync(peer);
    }

    private static byte[] Watch(uint call) => RawFrame.OfCall(call, PipeVerb.WatchNotNeeded, """{"tags":[{"tag":"tag"}],"workers":["w"]}""");

    private async Task ShouldLiveAsync(RawPeer? peer = null) =>
        (await (peer ?? _peer).AskAsync(1000, PipeVerb.TagExists, """{"tag":"tag"}""")).Should().BeEquivalentTo(
            new { Kind = FrameKind.Answer, Call = 1000u, Text = "true" });
}
