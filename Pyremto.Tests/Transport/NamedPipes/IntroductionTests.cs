using System.Text;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>How a coordinator tells its clients from others and lets nobody keep it waiting.</summary>
public sealed class IntroductionTests
{
    private static readonly TimeSpan PeerTimeout = TimeSpan.FromSeconds(30);

    private const string Exists = "{\"tag\":\"tag\"}";

    private readonly FakeTimeProvider _time = new();

    public IntroductionTests() => _time.Advance(TimeSpan.FromSeconds(1));

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc")]
    [InlineData("hello, is anybody there?")]
    public async Task A_foreign_peer_is_told_what_this_is(string text)
    {
        await using var coordinator = await PipeCoordinator.StartAsync();
        await using var peer = await RawPeer.ConnectAsync(coordinator.Name);

        await peer.SendAsync(text);

        await ShouldBeRefusedAsync(peer, "belongs to a Pyremto coordinator");
        await coordinator.Log.LineAsync("does not keep to the protocol");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("not json")]
    [InlineData("""{"protocol":"other","version":1,"session":"s","workers":[]}""")]
    [InlineData("""{"protocol":"pyremto-pipe","version":1,"session":"s"}""")]
    [InlineData("""{"protocol":"pyremto-pipe","version":1,"session":"","workers":[]}""")]
    [InlineData("""{"protocol":"pyremto-pipe","version":1,"session":null,"workers":[]}""")]
    [InlineData("""{"protocol":"pyremto-pipe","version":1,"session":"s","workers":null}""")]
    [InlineData("""{"protocol":"pyremto-pipe","version":1,"session":"s","workers":[null]}""")]
    [InlineData("""{"protocol":"pyremto-pipe","version":1,"session":"s","workers":[""]}""")]
    [InlineData("""{"protocol":"pyremto-pipe","version":"1","session":"s","workers":[]}""")]
    [InlineData("""{"protocol":"pyremto-pipe","session":"s","workers":[]}""")]
    public async Task An_introduction_of_no_client_of_ours_is_refused(string hello)
    {
        await using var coordinator = await PipeCoordinator.StartAsync();
        await using var peer = await RawPeer.ConnectAsync(coordinator.Name);

        await peer.SendAsync(RawFrame.Of(FrameKind.Hello, 0, Encoding.UTF8.GetBytes(hello)));

        await ShouldBeRefusedAsync(peer, "belongs to a Pyremto coordinator");
    }

    [Fact]
    public async Task Who_calls_before_introducing_itself_is_refused()
    {
        await using var coordinator = await PipeCoordinator.StartAsync();
        await using var peer = await RawPeer.ConnectAsync(coordinator.Name);

        await peer.SendAsync(RawFrame.OfCall(1, PipeVerb.ListTags, ""));

        await ShouldBeRefusedAsync(peer, "belongs to a Pyremto coordinator");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(int.MaxValue)]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Another_version_is_refused_with_both_versions(int version)
    {
        await using var coordinator = await PipeCoordinator.StartAsync();
        await using var peer = await RawPeer.ConnectAsync(coordinator.Name);

        await peer.SendAsync(RawFrame.OfHello("s", version));

        await ShouldBeRefusedAsync(peer, $"version 1 of the pipe protocol, the client version {version}");
        await coordinator.Log.LineAsync("a client was refused");
    }

    [Fact]
    public async Task A_silent_peer_is_ended_after_its_time_and_others_are_not()
    {
        await using var coordinator = await PipeCoordinator.StartAsync(pipeTime: _time);
        await using var silent = await RawPeer.ConnectAsync(coordinator.Name);
        await using var good = await RawPeer.IntroducedAsync(coordinator.Name);

        // The coordinator looks as the clock moves, so no step more is made than is needed.
        while (!coordinator.Log.Lines.Any(line => line.Contains("a connection was ended", StringComparison.Ordinal)) && _time.Elapsed < PeerTimeout * 2)
        {
            (await good.AskAsync(1, PipeVerb.TagExists, Exists)).Text.Should().Be("false");
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        (await coordinator.Log.LineAsync("it said nothing that introduces it")).Should().Contain("30 s");
        _time.Elapsed.Should().BeGreaterThan(PeerTimeout).And.BeLessThan(PeerTimeout * 1.5);
        await silent.ReadToEndAsync();
        (await good.AskAsync(1, PipeVerb.TagExists, """{"tag":"tag"}""")).Text.Should().Be("false");
    }

    [Fact]
    public async Task A_peer_with_half_an_introduction_is_ended_after_its_time()
    {
        await using var coordinator = await PipeCoordinator.StartAsync(pipeTime: _time);
        await using var half = await RawPeer.ConnectAsync(coordinator.Name);
        await half.SendAsync(RawFrame.OfHello("s").AsMemory(0, 20));

        await AdvanceUntilEndedAsync(half);
    }

    [Fact]
    public async Task A_peer_with_half_a_frame_is_ended_after_its_time()
    {
        await using var coordinator = await PipeCoordinator.StartAsync(pipeTime: _time);
        await using var half = await RawPeer.IntroducedAsync(coordinator.Name);
        await half.SendAsync(RawFrame.OfCall(1, PipeVerb.TagExists, """{"tag":"tag"}""").AsMemory(0, 15));

        await AdvanceUntilEndedAsync(half);

        await coordinator.Log.LineAsync("it sent less than 1024 bytes in the middle of a frame");
    }

    [Fact]
    public async Task A_peer_that_says_a_frame_byte_by_byte_is_ended_after_its_time()
    {
        await using var coordinator = await PipeCoordinator.StartAsync(pipeTime: _time);
        await using var slow = await RawPeer.IntroducedAsync(coordinator.Name);
        var ask = RawFrame.OfCall(1, PipeVerb.TagExists, $$"""{"tag":"{{new string('x', 500)}}"}""");
        var ended = slow.ReadToEndAsync();

        for (var sent = 0; sent < 200 && !ended.IsCompleted; sent++)
        {
            try
            {
                await slow.SendAsync(ask.AsMemory(sent, 1));
            }
            catch (IOException)
            {
                break; // it was ended
            }
            await Task.WhenAny(ended, Task.Delay(1));
            _time.Advance(PeerTimeout / 5);
        }

        await coordinator.Log.LineAsync("it sent less than 1024 bytes in the middle of a frame");
    }

    [Fact]
    public async Task A_peer_that_always_has_the_next_frame_half_said_goes_on_as_long_as_it_goes_on()
    {
        await using var coordinator = await PipeCoordinator.StartAsync(pipeTime: _time);
        await using var busy = await RawPeer.IntroducedAsync(coordinator.Name);
        var ask = RawFrame.OfCall(1, PipeVerb.TagExists, """{"tag":"tag"}""");
        await busy.SendAsync(ask.AsMemory(0, 15));

        for (var i = 0; i < 10; i++)
        {
            await busy.SendAsync((byte[])[.. ask[15..], .. ask[..15]]);
            (await busy.ReadAsync()).Should().BeEquivalentTo(new { Kind = FrameKind.Answer, Text = "false" });
            _time.Advance(PeerTimeout / 2);
        }
    }

    [Fact]
    public async Task A_peer_that_takes_no_answers_is_ended_after_its_time()
    {
        await using var coordinator = await PipeCoordinator.StartAsync(pipeTime: _time);
        await coordinator.SetUpAsync(jobs: 500);
        await using var deaf = await RawPeer.IntroducedAsync(coordinator.Name);
        var flooding = FloodAsync(deaf);

        while (!flooding.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            await Task.WhenAny(flooding, Task.Delay(1));
        }

        await coordinator.Log.LineAsync("it takes no answers");
        await using var good = await RawPeer.IntroducedAsync(coordinator.Name, "good");
    }

    [Fact]
    public async Task Who_takes_no_answers_is_told_so_whatever_half_frame_waits_behind_them()
    {
        await using var coordinator = await PipeCoordinator.StartAsync(pipeTime: _time);
        await coordinator.Scheduler.CreateTagAsync(new CreateTag { Tag = "large" }, default);
        var job = JsonText.Parse($$"""{"x":"{{new string('y', 8000)}}"}""");
        await coordinator.Scheduler.SetUpJobsAsync(new TagAccess("large"), Make.SetUp(1) with { Jobs = [.. Enumerable.Repeat(job, 500)] }, default);
        await using var deaf = await RawPeer.IntroducedAsync(coordinator.Name);
        await deaf.SendAsync(RawFrame.OfCall(1, PipeVerb.GetJobs, """{"tag":{"tag":"large"},"query":{"limit":500}}"""));
        await deaf.SomethingComesAsync();
        await deaf.SendAsync(RawFrame.OfCall(2, PipeVerb.TagExists, Exists).AsMemory(0, 15)); // nothing is read behind it while so much waits to be taken

        while (!coordinator.Log.Lines.Any(line => line.Contains("a connection was ended", StringComparison.Ordinal)))
        {
            await Task.Delay(1);
            _time.Advance(TimeSpan.FromSeconds(1));
            _time.Elapsed.Should().BeLessThan(TimeSpan.FromHours(5));
        }

        await coordinator.Log.LineAsync("it takes no answers");
    }

    [Fact]
    public async Task A_quiet_peer_without_anything_to_say_stays_connected()
    {
        await using var coordinator = await PipeCoordinator.StartAsync(pipeTime: _time);
        await using var quiet = await RawPeer.IntroducedAsync(coordinator.Name);
        await using var busy = await RawPeer.IntroducedAsync(coordinator.Name, "busy");

        for (var i = 0; i < 20; i++)
        {
            (await busy.AskAsync(1, PipeVerb.TagExists, Exists)).Text.Should().Be("false");
            _time.Advance(PeerTimeout - TimeSpan.FromSeconds(1));
        }

        (await quiet.AskAsync(1, PipeVerb.TagExists, """{"tag":"tag"}""")).Text.Should().Be("false");
    }

    [Fact]
    public async Task Too_many_connections_are_refused_with_words_and_there_is_room_again_when_one_ends()
    {
        await using var coordinator = await PipeCoordinator.StartAsync(options => options.MaxConnections = 2);
        var first = await RawPeer.IntroducedAsync(coordinator.Name, "1");
        await using var second = await RawPeer.IntroducedAsync(coordinator.Name, "2");
        await using var client = Client(coordinator.Name, TimeSpan.FromSeconds(1), _time);
        var asking = client.TagExistsAsync("tag", default).AsTask();
        await _time.UntilTimerAsync(due => due < TimeSpan.FromSeconds(1), "before it tries again");
        _time.Advance(TimeSpan.FromSeconds(1));

        (await FluentActions.Awaiting(() => asking.WaitAsync(PipeCoordinator.Patience))
            .Should().ThrowAsync<CoordinatorUnreachableException>()).WithMessage("*serves 2 connections already*");
        await client.DisposeAsync();
        await first.DisposeAsync();

        await using var patient = Client(coordinator.Name, PipeCoordinator.Patience);
        (await patient.TagExistsAsync("tag", default).AsTask().WaitAsync(PipeCoordinator.Patience)).Should().BeFalse();
        await coordinator.Log.LineAsync("a client was refused");
    }

    [Fact]
    public async Task Who_is_one_too_many_is_refused_whether_it_introduces_itself_or_not()
    {
        await using var coordinator = await PipeCoordinator.StartAsync(options => options.MaxConnections = 1);
        await using var first = await RawPeer.IntroducedAsync(coordinator.Name, "1");
        await using var silent = await RawPeer.ConnectAsync(coordinator.Name);

        await ShouldBeRefusedAsync(silent, "serves 1 connections already");
    }

    private static NamedPipeScheduler Client(string name, TimeSpan reconnectFor, TimeProvider? time = null) => new(
        name, new NamedPipeClientOptions { ReconnectFor = reconnectFor }, time ?? TimeProvider.System, new SeededRandom(1), new RecordingLogger());

    private static async Task ShouldBeRefusedAsync(RawPeer peer, string words)
    {
        var frames = await peer.ReadToEndAsync();
        var refusal = frames.Should().ContainSingle().Subject;
        refusal.Kind.Should().Be(FrameKind.Refusal);
        refusal.Text.Should().Contain(words);
    }

    private async Task AdvanceUntilEndedAsync(RawPeer peer)
    {
        var ended = peer.ReadToEndAsync();
        while (!ended.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(ended, Task.Delay(1));
            _time.Elapsed.Should().BeLessThan(TimeSpan.FromHours(5));
        }
    }

    /// <summary>Asks and never reads, until it is thrown out.</summary>
    private static async Task FloodAsync(RawPeer peer)
    {
        var requests = Enumerable.Range(1, 100)
            .SelectMany(call => RawFrame.OfCall((uint)call, PipeVerb.GetJobs, """{"tag":{"tag":"tag"},"query":{"limit":500}}""")).ToArray();
        try
        {
            await peer.SendAsync(requests);
            await peer.SendUntilClosedAsync(RawFrame.Of(FrameKind.Cancel, 0, []));
        }
        catch (IOException)
        {
            // Thrown out.
        }
    }
}
