using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>Bodies that are too large and clients that are too slow (S16).</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task A_huge_body_is_refused_before_it_is_read()
    {
        const int Huge = 100 << 20;
        const long Much = 64 << 20;
        await using var at = await HttpCoordinator.StartAsync(options => options.MaxOffences = 1000);
        await at.PostAsync("/api/tags", """{"tag":"svr"}""");
        var least = long.MaxValue;
        for (var i = 0; i < 20 && least >= Much; i++)
        {
            var before = GC.GetTotalAllocatedBytes();
            var (status, read) = await SendAsync(at, $"Content-Length: {Huge}", Huge);
            least = Math.Min(least, GC.GetTotalAllocatedBytes() - before);
            status.Should().StartWith("HTTP/1.1 413 ").And.Contain("too_large").And.Contain("104,857,600 sent, 16,777,216 allowed");
            status.Should().Contain("Connection: close");
            read.Should().BeLessThan(Huge / 2);
        }
        least.Should().BeLessThan(Much, "other tests allocate too, but not always so much, and nobody holds the body");
        (await at.PostAsync("/api/tags/svr/next")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_cut_at_the_limit()
    {
        await using var at = await HttpCoordinator.StartAsync(options => options.MaxRequestBytes = 200_000);
        await at.PostAsync("/api/tags", """{"tag":"svr"}""");
        var (status, _) = await SendAsync(at, "Transfer-Encoding: chunked", 10 << 20);
        status.Should().StartWith("HTTP/1.1 413 ").And.Contain("too_large");
    }

    [Fact]
    public async Task A_body_of_unknown_length_that_is_too_long_counts_as_one_whose_length_was_said()
    {
        await using var at = await HttpCoordinator.StartAsync(options => (options.MaxRequestBytes, options.MaxOffences) = (1 << 20, 1));
        await at.PostAsync("/api/tags", """{"tag":"svr"}""");
        (await SendAsync(at, "Transfer-Encoding: chunked", 10 << 20)).Answer.Should().StartWith("HTTP/1.1 413 ");

        (await at.PostAsync("/api/tags/svr/jobs", new string(' ', 1 << 20))).ShouldBe(HttpStatusCode.TooManyRequests, ErrorCodes.Banned);
    }

    [Fact]
    public async Task A_body_up_to_the_limit_is_taken_although_the_server_has_one_of_its_own()
    {
        await using var at = await HttpCoordinator.StartAsync(
            options => options.MaxRequestBytes = 64 << 20, builder => builder.Configuration["Pyremto:MaxDescriptionBytes"] = "60000000");
        await at.PostAsync("/api/tags", """{"tag":"svr"}""");
        var description = $$"""{"x":"{{new string('a', 40 << 20)}}"}""";
        (await at.PostAsync("/api/tags/svr/jobs", $$"""{"jobs":[{{description}}]}""")).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_schedulers_own_limits_answer_in_its_words()
    {
        await using var at = await HttpCoordinator.StartAsync();
        await at.PostAsync("/api/tags", """{"tag":"svr"}""");
        var answer = await at.PostAsync("/api/tags/svr/jobs", $$"""{"jobs":[{"x":"{{new string('a', 2 << 20)}}"}]}""");
        answer.ShouldBe(HttpStatusCode.RequestEntityTooLarge, ErrorCodes.TooLarge);
        ((string)answer.Json["detail"]!).Should().Contain("descriptions of a tag (bytes)").And.Contain("1,048,576 allowed");
    }

    [Fact]
    public async Task Who_keeps_sending_too_much_may_send_small_things_only()
    {
        await using var at = await HttpCoordinator.StartAsync(options =>
        {
            options.MaxRequestBytes = 100_000;
            options.MaxOffences = 2;
        });
        await at.SetUpAsync("svr", 5, password: "right");
        await at.PostAsync("/api/tags", """{"tag":"open"}""");
        var right = HttpCoordinator.Password("right");
        (await at.PostAsync("/api/tags/svr/next", "", right)).ShouldBe(HttpStatusCode.OK);
        var large = $$"""{"jobs":[{"x":"{{new string('a', 90_000)}}"}]}""";
        var tooLarge = $$"""{"jobs":[{"x":"{{new string('a', 110_000)}}"}]}""";
        for (var i = 0; i < 2; i++)
            (await at.PostAsync("/api/tags/open/jobs", tooLarge)).ShouldBe(HttpStatusCode.RequestEntityTooLarge, ErrorCodes.TooLarge);
        (await at.PostAsync("/api/tags/open/jobs", large)).ShouldBe(HttpStatusCode.TooManyRequests, ErrorCodes.Banned);
        (await at.PostAsync("/api/tags/open/jobs", """{"jobs":[{}]}""")).ShouldBe(HttpStatusCode.Created);
        (await at.PostAsync("/api/tags/svr/jobs", large, right)).ShouldBe(HttpStatusCode.Conflict, ErrorCodes.JobsAlreadySetUp);
    }

    [Fact]
    public async Task What_a_banned_address_goes_on_sending_is_refused_without_a_line_in_the_log()
    {
        var log = new LinesLogger();
        await using var at = await HttpCoordinator.StartAsync(
            options => (options.MaxRequestBytes, options.MaxOffences) = (4 << 20, 1), builder => builder.Logging.AddProvider(log));
        await at.PostAsync("/api/tags", """{"tag":"svr"}""");
        (await SendAsync(at, $"Content-Length: {100 << 20}", 0)).Answer.Should().StartWith("HTTP/1.1 413 ");

        var (status, _) = await SendAsync(at, "Transfer-Encoding: chunked", 10 << 20);

        status.Should().StartWith("HTTP/1.1 429 ");
        await at.StopAsync();
        log.Lines.Should().NotContain(line => line.StartsWith("Error", StringComparison.Ordinal));
    }


    [Fact]
    public async Task Headers_that_never_end_close_the_connection_and_hinder_nobody()
    {
        await using var at = await HttpCoordinator.StartAsync(options => options.RequestHeadersTimeout = TimeSpan.FromMilliseconds(200));
        var slow = Enumerable.Range(0, 20).Select(_ => UntilClosedAsync(at, "POST /api/tags HTTP/1.1\r\nHost: localhost\r\nX: ")).ToArray();
        (await at.PostAsync("/api/tags")).ShouldBe(HttpStatusCode.Created);
        (await Task.WhenAll(slow).WaitAsync(HttpCoordinator.Patience)).Should().OnlyContain(answer => answer.Length == 0 || answer.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_body_that_never_ends_closes_the_connection()
    {
        await using var at = await HttpCoordinator.StartAsync(options => options.MinBytesPerSecond = 1_000_000);
        var answer = await UntilClosedAsync(at, "POST /api/tags HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")
            .WaitAsync(HttpCoordinator.Patience);
        answer.Should().Match(text => text.Length == 0 || text.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal));
    }

    private static async Task<string> UntilClosedAsync(HttpCoordinator at, string start)
    {
        using var client = await ConnectAsync(at);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(start));
        return await ReadAsync(client.GetStream());
    }

    /// <summary>Sends as much of a body as the other side takes. Answers what it said, and how much it took.</summary>
    private static async Task<(string Answer, long Sent)> SendAsync(HttpCoordinator at, string length, int bytes)
    {
        using var client = await ConnectAsync(at);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/tags/svr/next HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{length}\r\n\r\n"));
        var answer = ReadAsync(stream);
        var isChunked = length.Contains("chunked", StringComparison.Ordinal);
        byte[] chunk = Encoding.ASCII.GetBytes(isChunked ? $"10000\r\n{new string(' ', 0x10000)}\r\n" : new string(' ', 0x10000));
        var sent = 0L;
        try
        {
            for (; sent < bytes && !answer.IsCompleted; sent += 0x10000)
                await stream.WriteAsync(chunk).AsTask().WaitAsync(HttpCoordinator.Patience);
        }
        catch (IOException)
        {
            // It hung up.
        }
        return (await answer.WaitAsync(HttpCoordinator.Patience), sent);
    }

    private static async Task<TcpClient> ConnectAsync(HttpCoordinator at)
    {
        var client = new TcpClient();
        await client.ConnectAsync(new Uri(at.Url).Host, new Uri(at.Url).Port);
        return client;
    }

    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer) is > 0 and var count)
                text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }
        catch (IOException)
        {
            // Closed while we sent.
        }
        return text.ToString();
    }
}
