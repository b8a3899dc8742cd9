using System.Text;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.NamedPipes;

/// <summary>How a client tells a coordinator from others that listen on its pipe, and lets nobody wear it out.</summary>
public sealed class ForeignServerTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_newer_client_says_why_it_was_refused_to_its_callers_and_does_not_try_for_ever()
    {
        var name = PipeNames.New();
        await using var newer = await FakeServer.StartAsync(name, async peer =>
        {
            await peer.ReadAsync();
            await peer.SendAsync(RawFrame.Of(FrameKind.Refusal, 0, Encoding.UTF8.GetBytes("""{"code":"invalid_request","message":"use the same release"}""")));
        });
        await using var client = Client(name, TimeSpan.FromHours(1));

        var asking = client.TagExistsAsync("tag", default).AsTask();

        await FluentActions.Awaiting(() => asking.WaitAsync(PipeCoordinator.Patience)).Should()
            .ThrowAsync<InvalidRequestException>().WithMessage("use the same release");
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("\u0005\u0000\u0000\u0000\u0012\u0000\u0000\u0000\u0000")]
    [InlineData("\u0006\u0000\u0000\u0000\u0010\u0000\u0000\u0000\u0000{")]
    public async Task A_client_says_that_who_listens_there_is_no_coordinator(string answer)
    {
        var name = PipeNames.New();
        await using var foreign = await FakeServer.StartAsync(name, peer => peer.SendAsync(answer));
        await using var client = Client(name, TimeSpan.FromSeconds(1), _time);

        await FluentActions.Awaiting(() => AskInVainAsync(client)).Should()
            .ThrowAsync<CoordinatorUnreachableException>().WithMessage($"*'{name}'*no Pyremto coordinator*ListenOnNamedPipe*");
    }

    [Fact]
    public async Task A_client_gives_up_a_server_that_says_nothing_and_says_so()
    {
        var name = PipeNames.New();
        var introduced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var mute = await FakeServer.StartAsync(name, async peer =>
        {
            await peer.ReadAsync();
            introduced.TrySetResult();
            await peer.ReadToEndAsync();
        });
        await using var client = new NamedPipeScheduler(
            name, new NamedPipeClientOptions { ReconnectFor = TimeSpan.FromSeconds(15) }, _time, new SeededRandom(1), new RecordingLogger());
        var asking = client.TagExistsAsync("tag", default).AsTask();
        await introduced.Task.WaitAsync(PipeCoordinator.Patience);

        _time.Advance(TimeSpan.FromSeconds(10));
        await _time.UntilTimerAsync(due => due < TimeSpan.FromSeconds(1)); // it tries again
        _time.Advance(TimeSpan.FromSeconds(5));

        await FluentActions.Awaiting(() => asking.WaitAsync(PipeCoordinator.Patience)).Should()
            .ThrowAsync<CoordinatorUnreachableException>().WithMessage("*does not introduce itself within 10 s*");
    }

    [Fact]
    public async Task A_client_goes_on_trying_where_a_welcome_makes_no_sense()
    {
        var name = PipeNames.New();
        await using var foreign = await FakeServer.StartAsync(name, async peer =>
        {
            await peer.ReadAsync();
            await peer.SendAsync(RawFrame.Of(FrameKind.Welcome, 0, """{"version":1,"max_request_bytes":0,"max_calls":0}"""u8));
            await peer.ReadToEndAsync();
        });
        await using var client = Client(name, TimeSpan.FromSeconds(1), _time);

        await FluentActions.Awaiting(() => AskInVainAsync(client)).Should()
            .ThrowAsync<CoordinatorUnreachableException>().WithMessage("*no Pyremto coordinator*");
    }

    [Fact]
    public async Task Who_welcomes_and_hangs_up_at_once_is_asked_once_a_second_at_last()
    {
        var name = PipeNames.New();
        var connections = 0;
        await using var flighty = await FakeServer.StartAsync(name, peer =>
        {
            Interlocked.Increment(ref connections);
            return WelcomeAsync(peer);
        });
        await using var client = Client(name, TimeSpan.FromHours(1), _time);
        var asking = client.TagExistsAsync("tag", default).AsTask();

        while (_time.Elapsed < TimeSpan.FromMinutes(1))
        {
            await _time.UntilTimerAsync(due => due <= TimeSpan.FromSeconds(1));
            _time.Advance(TimeSpan.FromMilliseconds(50));
        }

        Volatile.Read(ref connections).Should().BeInRange(50, 65);
        asking.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task A_call_at_which_the_server_always_hangs_up_fails_in_the_end()
    {
        var name = PipeNames.New();
        await using var flighty = await FakeServer.StartAsync(name, async peer =>
        {
            await WelcomeAsync(peer);
            await peer.ReadAsync();
        });
        await using var client = Client(name, TimeSpan.FromSeconds(10), _time);
        var asking = client.TagExistsAsync("tag", default).AsTask();

        while (!asking.IsCompleted && _time.Elapsed < TimeSpan.FromMinutes(1))
        {
            await Task.WhenAny(asking, _time.UntilTimerAsync(due => due <= TimeSpan.FromSeconds(1)));
            _time.Advance(TimeSpan.FromMilliseconds(50));
        }

        await FluentActions.Awaiting(() => asking.WaitAsync(PipeCoordinator.Patience)).Should().ThrowAsync<CoordinatorUnreachableException>();
        _time.Elapsed.Should().BeCloseTo(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1));
    }

    /// <summary>Asks, and lets the time for a connection pass once one was tried in vain.</summary>
    private async Task AskInVainAsync(NamedPipeScheduler client)
    {
        var asking = client.TagExistsAsync("tag", default).AsTask();
        await _time.UntilTimerAsync(due => due < TimeSpan.FromSeconds(1), "before it tries again");
        _time.Advance(TimeSpan.FromSeconds(1));
        await asking.WaitAsync(PipeCoordinator.Patience);
    }

    private static async Task WelcomeAsync(RawPeer peer)
    {
        await peer.ReadAsync();
        await peer.SendAsync(RawFrame.Of(FrameKind.Welcome, 0, """{"version":1,"max_request_bytes":1000000,"max_calls":10}"""u8));
    }

    private static NamedPipeScheduler Client(string name, TimeSpan reconnectFor, TimeProvider? time = null) => new(
        name, new NamedPipeClientOptions { ReconnectFor = reconnectFor }, time ?? TimeProvider.System, new SeededRandom(1), new RecordingLogger());
}
