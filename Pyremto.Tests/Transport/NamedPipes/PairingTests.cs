using System.IO.Pipes;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>How the two pipes of a connection find each other, and that nobody can do harm with one of them alone.</summary>
public sealed class PairingTests
{
    private static readonly TimeSpan PeerTimeout = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc")]
    [InlineData("\u0005\u0000\u0000\u0000\u0001\u0000\u0000\u0000\u0000")]
    [InlineData("\u0005\u0000\u0000\u0000\u0006\u0000\u0000\u0000\u0000")]
    [InlineData("\u0007\u0000\u0000\u0000\u0006\u0000\u0000\u0000\u0000no")]
    [InlineData("\u0046\u0000\u0000\u0000\u0006\u0000\u0000\u0000\u0000")]
    public async Task Who_asks_without_having_come_for_answers_is_told_what_this_is(string text)
    {
        await using var coordinator = await PipeCoordinator.StartAsync();
        await using var alone = await AskAloneAsync(coordinator);

        await alone.SendAsync(text);

        var refusal = (await alone.ReadToEndAsync()).Should().ContainSingle().Subject;
        refusal.Kind.Should().Be(FrameKind.Refusal);
        refusal.Text.Should().Contain("belongs to a Pyremto coordinator");
        await coordinator.Log.LineAsync("does not keep to the protocol");
    }

    [Fact]
    public async Task A_token_joins_two_pipes_once()
    {
        await using var coordinator = await PipeCoordinator.StartAsync();
        await using var answers = await ListenAloneAsync(coordinator);
        var join = RawFrame.Of(FrameKind.Join, 0, (await answers.ReadAsync())!.Body);
        await using var requests = await AskAloneAsync(coordinator);
        await requests.SendAsync(join);
        await requests.SendAsync(RawFrame.OfHello("s"));
        (await answers.ReadAsync())!.Kind.Should().Be(FrameKind.Welcome);
        await using var second = await AskAloneAsync(coordinator);

        await second.SendAsync(join);

        (await second.ReadToEndAsync()).Should().ContainSingle().Which.Kind.Should().Be(FrameKind.Refusal);
        await coordinator.Log.LineAsync("the other half of its connection is not there");
        await requests.SendAsync(RawFrame.OfCall(1, PipeVerb.TagExists, """{"tag":"tag"}"""));
        (await answers.ReadAsync())!.Kind.Should().Be(FrameKind.Answer);
    }

    [Fact]
    public async Task Tokens_are_not_alike()
    {
        await using var coordinator = await PipeCoordinator.StartAsync();
        var tokens = new HashSet<string>(StringComparer.Ordinal);

        for (var i = 0; i < 50; i++)
        {
            await using var answers = await ListenAloneAsync(coordinator);
            var token = await answers.ReadAsync();
            token!.Kind.Should().Be(FrameKind.Token);
            token.Text.Should().HaveLength(20);
            tokens.Add(token.Text);
        }

        tokens.Should().HaveCount(50);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    public async Task A_pipe_for_requests_that_does_not_say_to_which_answers_it_belongs_is_ended_after_its_time(int bytes)
    {
        await using var coordinator = await PipeCoordinator.StartAsync(pipeTime: _time);
        await using var silent = await AskAloneAsync(coordinator);
        await silent.SendAsync(RawFrame.Of(FrameKind.Join, 0, new byte[20]).AsMemory(0, bytes));

        await EndsInTimeAsync(coordinator, silent);
    }

    [Fact]
    public async Task A_pipe_for_answers_that_nobody_joins_is_ended_after_its_time()
    {
        await using var coordinator = await PipeCoordinator.StartAsync(pipeTime: _time);
        await using var silent = await ListenAloneAsync(coordinator);
        var join = RawFrame.Of(FrameKind.Join, 0, (await silent.ReadAsync())!.Body);

        await EndsInTimeAsync(coordinator, silent);

        await using var late = await AskAloneAsync(coordinator);
        await late.SendAsync(join);
        (await late.ReadToEndAsync()).Should().ContainSingle().Which.Kind.Should().Be(FrameKind.Refusal);
    }

    [Fact]
    public async Task However_many_come_for_answers_and_ask_nothing_others_get_in()
    {
        await using var coordinator = await PipeCoordinator.StartAsync(options => options.MaxConnections = 1, pipeTime: _time);
        var idle = new List<RawPeer>();
        for (var i = 0; i < 300; i++)
            idle.Add(await ListenAloneAsync(coordinator));

        await using var good = await RawPeer.IntroducedAsync(coordinator.Name);

        (await good.AskAsync(1, PipeVerb.TagExists, """{"tag":"tag"}""")).Text.Should().Be("false");
        foreach (var peer in idle)
            await peer.DisposeAsync();
    }

    [Fact]
    public async Task S10_who_closes_the_pipe_for_its_answers_alone_has_left()
    {
        await using var coordinator = await PipeCoordinator.StartAsync(pipeTime: _time);
        await coordinator.SetUpAsync(jobs: 1, n: 2);
        var answers = await ListenAloneAsync(coordinator);
        await using var requests = await AskAloneAsync(coordinator);
        await requests.SendAsync(RawFrame.Of(FrameKind.Join, 0, (await answers.ReadAsync())!.Body));
        await requests.SendAsync(RawFrame.OfHello("s"));
        (await answers.ReadAsync())!.Kind.Should().Be(FrameKind.Welcome);
        await requests.SendAsync(RawFrame.OfCall(1, PipeVerb.Exchange, """{"tags":[{"tag":"tag"}],"worker":"w","request_id":"r","count":1,"done":[],"failed":[],"released":[]}"""));
        (await answers.ReadAsync())!.Kind.Should().Be(FrameKind.Answer);
        await answers.DisposeAsync();

        await requests.SendAsync(RawFrame.OfCall(2, PipeVerb.TagExists, """{"tag":"tag"}""")); // what is written shows that nobody takes it

        (await requests.ReadToEndAsync()).Should().BeEmpty("nothing is ever said on that pipe; it ends");
        await _time.UntilTimerAsync(PipeProtocol.Grace);
        _time.Advance(PipeProtocol.Grace);
        await coordinator.Log.LineAsync("did not come back");
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("\u0005\u0000\u0000\u0000\u0010\u0000\u0000\u0000\u0000")]
    [InlineData("\u0046\u0000\u0000\u0000\u0017\u0000\u0000\u0000\u0000")]
    public async Task A_client_says_that_who_gives_no_token_is_no_coordinator(string greeting)
    {
        var name = PipeNames.New();
        await using var foreign = new PipeAcceptor(PipeName.OfAnswers(name), PipeDirection.InOut, TimeProvider.System, NullLogger.Instance);
        foreign.Start(pipe => _ = GreetAsync(pipe, greeting));
        await using var client = Client(name, TimeSpan.FromSeconds(1));

        var asking = client.TagExistsAsync("tag", default).AsTask();
        await _time.UntilTimerAsync(due => due < TimeSpan.FromSeconds(1), "before it tries again");
        _time.Advance(TimeSpan.FromSeconds(1));

        await FluentActions.Awaiting(() => asking.WaitAsync(PipeCoordinator.Patience)).Should()
            .ThrowAsync<CoordinatorUnreachableException>().WithMessage($"*'{name}'*no Pyremto coordinator*");
    }

    [Fact]
    public async Task A_client_gives_up_who_gives_no_token_at_all()
    {
        var name = PipeNames.New();
        await using var mute = Instance(PipeName.OfAnswers(name));
        var connected = mute.WaitForConnectionAsync();
        await using var client = Client(name, TimeSpan.FromSeconds(10));
        var asking = client.TagExistsAsync("tag", default).AsTask();
        await connected.WaitAsync(PipeCoordinator.Patience);

        await FluentActions.Awaiting(() => _time.AdvanceUntilAsync(asking, TimeSpan.FromSeconds(10))).Should()
            .ThrowAsync<CoordinatorUnreachableException>();
    }

    [SkippableFact]
    public async Task A_name_whose_answers_another_program_has_is_not_taken()
    {
        Skip.If(OperatingSystem.IsWindows());
        await using var coordinator = await PipeCoordinator.StartAsync();
        var name = PipeNames.New();
        await using var foreign = Instance(PipeName.OfAnswers(name));
        var connected = foreign.WaitForConnectionAsync();

        await FluentActions.Awaiting(() => PipeOwnership.TakeAsync(name, default)).Should().ThrowAsync<IOException>().WithMessage("*another program*");

        await connected.WaitAsync(PipeCoordinator.Patience);
        (await PipeOwnership.TakeAsync(PipeNames.New(), default)).Dispose();
    }

    private static async Task<RawPeer> ListenAloneAsync(PipeCoordinator coordinator) =>
        new(await OpenAsync(PipeName.OfAnswers(coordinator.Name), PipeDirection.In));

    private static async Task<RawPeer> AskAloneAsync(PipeCoordinator coordinator) => new(await OpenAsync(coordinator.Name, PipeDirection.InOut));

    private static async Task<Stream> OpenAsync(string name, PipeDirection direction)
    {
        var pipe = new NamedPipeClientStream(".", name, direction, PipeOptions.Asynchronous);
        await pipe.ConnectAsync(PipeCoordinator.Patience, CancellationToken.None);
        return pipe;
    }

    private static NamedPipeServerStream Instance(string name) => new(
        name, PipeDirection.InOut, NamedPipeServerStream.MaxAllowedServerInstances, PipeTransmissionMode.Byte, PipeOptions.Asynchronous);

    private static async Task GreetAsync(Stream pipe, string greeting)
    {
        try
        {
            await pipe.WriteAsync(Encoding.Latin1.GetBytes(greeting));
        }
        catch (IOException)
        {
            // The client has gone already.
        }
    }

    private NamedPipeScheduler Client(string name, TimeSpan reconnectFor) => new(
        name, new NamedPipeClientOptions { ReconnectFor = reconnectFor }, _time, new SeededRandom(1), new RecordingLogger());

    /// <summary>The coordinator looks as the clock moves, so no step more is made than is needed; a good client asks on meanwhile.</summary>
    private async Task EndsInTimeAsync(PipeCoordinator coordinator, RawPeer silent)
    {
        await using var good = await RawPeer.IntroducedAsync(coordinator.Name, "good");
        while (!coordinator.Log.Lines.Any(line => line.Contains("a connection was ended", StringComparison.Ordinal)) && _time.Elapsed < PeerTimeout * 2)
        {
            (await good.AskAsync(1, PipeVerb.TagExists, """{"tag":"tag"}""")).Text.Should().Be("false");
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        (await coordinator.Log.LineAsync("it said nothing that introduces it")).Should().Contain("30 s");
        _time.Elapsed.Should().BeGreaterThan(PeerTimeout).And.BeLessThan(PeerTimeout * 1.5);
        await silent.ReadToEndAsync();
        (await good.AskAsync(1, PipeVerb.TagExists, """{"tag":"tag"}""")).Text.Should().Be("false");
    }
}
