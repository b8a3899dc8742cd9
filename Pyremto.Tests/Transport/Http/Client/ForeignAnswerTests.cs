using System.Net;
using System.Net.Sockets;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.Http.Client;

/// <summary>What answers at the address is no coordinator, or one that is not understood.</summary>
public sealed class ForeignAnswerTests
{
    private const string Html = "Content-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>";

    [Theory]
    [InlineData("HTTP/1.1 502 Bad Gateway\r\n" + Html, "HTTP 502")]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\n" + Html, "HTTP 503")]
    [InlineData("HTTP/1.1 504 Gateway Timeout\r\n" + Html, "HTTP 504")]
    [InlineData("HTTP/1.1 200 OK\r\n" + Html, "login page")]
    [InlineData("HTTP/1.1 404 Not Found\r\n" + Html, "check port and path")]
    [InlineData("HTTP/1.1 401 Unauthorized\r\n" + Html, "wants credentials")]
    [InlineData("HTTP/1.1 407 Proxy Authentication Required\r\n" + Html, "proxy")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: https://user:secret@login.example/x?token=secret\r\n" + Html, "leads elsewhere, to https://")]
    [InlineData("HTTP/1.1 413 Too Large\r\n" + Html, "takes no request of that size")]
    [InlineData("HTTP/1.1 500 Oops\r\nPyremto-Protocol: 1\r\n" + Html, "without saying why")]
    [InlineData("HTTP/1.1 200 OK\r\nPyremto-Protocol: 1\r\nContent-Type: application/json\r\nContent-Length: 6\r\n\r\n{\"sta~", "cannot be read")]
    [InlineData("HTTP/1.1 200 OK\r\nPyremto-Protocol: 1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", "cannot be read")]
    [InlineData("HTTP/1.1 200 OK\r\nPyremto-Protocol: 1\r\nContent-Length: 4\r\n\r\nnull", "cannot be read")]
    [InlineData("HTTP/1.1 200 OK\r\nPyremto-Protocol: 1\r\nContent-Length: 25\r\n\r\n{\"state\":\"job\",\"jobs\":[]}", "cannot be read")]
    [InlineData("HTTP/1.1 200 OK\r\nPyremto-Protocol: 1\r\nContent-Length: 4000000000\r\n\r\n{", "too long")]
    [InlineData("HTTP/1.1 200 OK\r\nPyremto-Protocol: 1\r\nContent-Length: 100\r\n\r\n{", "cannot be reached")]
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n", "cannot be reached")]
    [InlineData("", "cannot be reached")]
    public async Task It_is_unreachable_and_says_what_to_look_at(string answer, string words)
    {
        using var server = new RawServer(answer);
        using var client = HttpClients.Create(server.Url, options => options.ReconnectFor = TimeSpan.Zero);

        var call = async () => await client.ExchangeAsync(new ExchangeRequest { Tags = [new TagAccess("t", "pass-word")], Worker = "w" }, CancellationToken.None);

        var error = (await call.Should().ThrowAsync<CoordinatorUnreachableException>()).Which;
        error.Message.Should().Contain(words).And.Contain(server.Url).And.NotContain("secret").And.NotContain("pass-word");
    }

    [Fact]
    public async Task A_coordinator_of_another_version_is_refused_and_says_what_to_do()
    {
        using var server = new RawServer("HTTP/1.1 200 OK\r\nPyremto-Protocol: 9\r\nContent-Length: 2\r\n\r\n{}");
        using var client = HttpClients.Create(server.Url);

        var call = async () => await client.GetProgressAsync(new TagAccess("t"), CancellationToken.None);

        (await call.Should().ThrowAsync<InvalidRequestException>()).WithMessage("*version 9*same release*");
    }

    [Theory]
    [InlineData("banned", 429, typeof(BannedException))]
    [InlineData("store_unavailable", 503, typeof(StoreUnavailableException))]
    [InlineData("something_new", 418, typeof(InternalErrorException))]
    [InlineData("tag_unknown", 404, typeof(TagUnknownException))]
    public async Task A_problem_is_raised_as_the_type_of_its_code(string code, int status, Type type)
    {
        var body = $$"""{"type":"about:blank","title":"x","status":{{status}},"detail":"the words","code":"{{code}}"}""";
        using var server = new RawServer(
            $"HTTP/1.1 {status} X\r\nPyremto-Protocol: 1\r\nRetry-After: 7\r\nContent-Type: application/problem+json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        using var client = HttpClients.Create(server.Url);

        var call = async () => await client.GetProgressAsync(new TagAccess("t"), CancellationToken.None);

        var error = (await call.Should().ThrowAsync<PyremtoException>().WithMessage("the words")).Which;
        error.Should().BeOfType(type);
        if (error is BannedException banned)
            banned.RetryAfter.Should().Be(TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task Nobody_at_the_address_is_told_in_words()
    {
        using var silent = new Socket(SocketType.Stream, ProtocolType.Tcp); // has the port, so that nobody else gets it, and does not listen
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)silent.LocalEndPoint!).Port;
        using var client = HttpClients.Create($"http://127.0.0.1:{port}", options => options.ReconnectFor = TimeSpan.Zero);

        var call = async () => await client.DeleteTagAsync(new TagAccess("t"), CancellationToken.None);

        (await call.Should().ThrowAsync<CoordinatorUnreachableException>()).Which.Message.Should().Contain("refused").And.NotContain("unknown");
    }

    [Fact]
    public async Task A_live_stream_that_tells_something_and_ends_is_opened_once_a_second_at_most()
    {
        var progress = """{"tag":"t","state":"running","created_at":"2026-01-01T00:00:00Z"}""";
        using var server = new RawServer(
            $"HTTP/1.1 200 OK\r\nPyremto-Protocol: 1\r\nConnection: close\r\nContent-Type: text/event-stream\r\n\r\nevent: progress\ndata: {progress}\n\n");
        var time = new FakeTimeProvider();
        using var client = HttpClients.Create(server.Url, time: time);
        using var enough = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            await foreach (var step in client.WatchProgressAsync(new TagAccess("t"), enough.Token))
                step.State.Should().Be(TagStatus.Running);
        });

        while (time.Elapsed < TimeSpan.FromSeconds(30) && !watching.IsCompleted)
        {
            await Task.WhenAny(watching, time.UntilTimerAsync(due => due <= TimeSpan.FromSeconds(1)));
            time.Advance(TimeSpan.FromMilliseconds(20));
        }
        await enough.CancelAsync();

        await FluentActions.Awaiting(() => watching.WaitAsync(TimeSpan.FromSeconds(20))).Should().ThrowAsync<OperationCanceledException>();
        server.Answers.Should().BeInRange(10, 31);
    }
}
