using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>S16: what bodies cost whose senders nobody knows: credentials come first, what is read without one is bounded in all, and slow
/// ones end.</summary>
public sealed class BodyTests
{
    private const int Much = 400_000;
    private static readonly string Right = "Authorization: " + HttpCoordinator.Password("right");

    [Theory]
    [InlineData("PUT /api/tags/svr/jobs/0/result")]
    [InlineData("POST /api/tags/svr/jobs/0/failure")]
    [InlineData("POST /api/tags/svr/jobs/0/release")]
    [InlineData("POST /api/tags/svr/next")]
    [InlineData("POST /api/tags/svr/heartbeat")]
    [InlineData("POST /api/tags/svr/jobs")]
    [InlineData("POST /api/tags/svr/notes/k")]
    [InlineData("POST /", "backendversion: 2", "tag: svr", "set-job-done: true", "jobid: 0")]
    [InlineData("POST /", "backendversion: 2", "tag: svr", "setup-jobs: true")]
    public async Task Where_the_route_names_the_tag_nobody_waits_for_the_body_of_a_stranger(string route, params string[] headers)
    {
        await using var at = await HttpCoordinator.StartAsync();
        await at.SetUpAsync("svr", 1, password: "right");
        foreach (var credential in new[] { "Accept: */*", "Authorization: " + HttpCoordinator.Password("wrong") })
        {
            foreach (var length in new[] { 100, Much })
            {
                using var stranger = await RawRequest.SendAsync(at, route, length, "", [.. headers, credential]);
                (await stranger.Answer.WaitAsync(HttpCoordinator.Patience)).Should().StartWith("HTTP/1.1 401 ");
            }
        }
    }

    [Fact]
    public async Task A_credential_in_a_body_may_come_behind_the_headers()
    {
        await using var at = await HttpCoordinator.StartAsync();
        await at.SetUpAsync("svr", 1, password: "right");
        const string Body = """{"password":"right"}""";
        using var page = await RawRequest.SendAsync(at, "POST /t/svr/session", Body.Length, "");
        await page.SendAsync(Body);
        (await page.Answer.WaitAsync(HttpCoordinator.Patience)).Should().StartWith("HTTP/1.1 204 ");
    }

    [Fact]
    public async Task Bodies_of_strangers_are_bounded_in_all_and_hinder_no_owner()
    {
        await using var at = await HttpCoordinator.StartAsync(options => (options.MaxRequestBytes, options.MaxUnverifiedBytes) = (1 << 20, 1 << 20));
        await at.SetUpAsync("other", 1, password: "right");
        await at.Scheduler.CreateTagAsync(new CreateTag { Tag = "svr", Password = "right" }, CancellationToken.None);
        var strangers = new List<RawRequest>();
        for (var i = 0; i < 3; i++)
            strangers.Add(await RawRequest.SendAsync(at, "POST /api/next", Much + 100, new string(' ', Much)));

        var first = await Task.WhenAny(strangers.Select(stranger => stranger.Answer)).WaitAsync(HttpCoordinator.Patience);
        (await first).Should().StartWith("HTTP/1.1 429 ").And.Contain("Connection: close").And.Contain("\"code\":\"banned\"");
        strangers.Count(stranger => stranger.Answer.IsCompleted).Should().Be(1, "the others have room");

        using var owner = await RawRequest.SendAsync(at, "POST /api/tags/svr/jobs", 900_000, "", Right);
        await owner.SendAsync("""{"jobs":[{}]""" + new string(' ', 500_000));
        await owner.SendAsync(new string(' ', 900_000 - 500_000 - 13) + "}");
        (await owner.Answer.WaitAsync(HttpCoordinator.Patience)).Should().StartWith("HTTP/1.1 201 ");
        (await at.PostAsync("/api/next", """{"tags":[{"tag":"other","password":"right"}]}""")).ShouldBe(HttpStatusCode.OK);
        strangers.ForEach(stranger => stranger.Dispose());
    }

    [Fact]
    public async Task A_body_that_came_whole_counts_no_more_once_its_credential_was_right()
    {
        var time = new FakeTimeProvider();
        await using var at = await HttpCoordinator.StartAsync(
            options => (options.MaxRequestBytes, options.MaxUnverifiedBytes) = (500_000, 500_000),
            builder => builder.Services.AddSingleton<TimeProvider>(time));
        await at.Scheduler.CreateTagAsync(new CreateTag { Tag = "svr", Password = "right" }, CancellationToken.None);
        const string Asked = """{"tags":[{"tag":"svr","password":"right"}],"wait_seconds":40}""";
        var waiting = new List<RawRequest>();
        for (var i = 0; i < 3; i++)
        {
            var worker = await RawRequest.SendAsync(at, "POST /api/next", Much + Asked.Length, new string(' ', Much));
            await worker.SendAsync(Asked);
            waiting.Add(worker);
            await time.UntilTimerAsync(TimeSpan.FromSeconds(40));
            time.Advance(TimeSpan.FromSeconds(1)); // so that the next one's timer is another
        }
        waiting.Should().OnlyContain(worker => !worker.Answer.IsCompleted);
        waiting.ForEach(worker => worker.Dispose());
    }

    [Theory]
    [InlineData("POST /api/next")]
    [InlineData("POST /api/tags/svr/jobs")]
    public async Task A_body_that_comes_too_slowly_ends(string route)
    {
        var time = new FakeTimeProvider();
        await using var at = await HttpCoordinator.StartAsync(
            options => options.MinBytesPerSecond = 1, builder => builder.Services.AddSingleton<TimeProvider>(time));
        await at.SetUpAsync("svr", 1, password: "right");
        using var slow = await RawRequest.SendAsync(at, route, Much, "{", Right);
        await time.UntilTimerAsync(BodyPace.Grace);

        time.Advance(BodyPace.Grace + TimeSpan.FromSeconds(1));

        (await slow.Answer.WaitAsync(HttpCoordinator.Patience)).Should().StartWith("HTTP/1.1 408 ").And.Contain("too slowly").And.Contain("Connection: close");
    }

    [Fact]
    public void A_body_that_comes_at_its_pace_does_not_end()
    {
        var time = new FakeTimeProvider();
        using var pace = new BodyPace(new Pipe().Reader, time);
        time.Advance(BodyPace.Grace - TimeSpan.FromSeconds(1));
        for (var second = 1; second < 100; second++)
        {
            pace.Came(second * BodyPace.BytesPerSecond);
            time.Advance(TimeSpan.FromSeconds(1));
            pace.IsTooSlow.Should().BeFalse();
        }
        time.Advance(TimeSpan.FromSeconds(1));
        pace.IsTooSlow.Should().BeTrue();
    }

    [Fact]
    public async Task The_body_that_has_been_on_its_way_the_longest_gives_way()
    {
        var bodies = new UnverifiedBodies(most: 100);
        var (oldest, second, third) = (new Pipe().Reader, new Pipe().Reader, new Pipe().Reader);
        var whole = bodies.Enter(new Pipe().Reader);
        whole.Grow(40).Should().BeTrue();
        whole.Complete();
        var first = bodies.Enter(oldest);
        first.Grow(30).Should().BeTrue();
        using var next = bodies.Enter(second);
        next.Grow(20).Should().BeTrue();
        using var last = bodies.Enter(third);
        var reading = oldest.ReadAsync();

        last.Grow(30).Should().BeTrue();

        (await reading).IsCanceled.Should().BeTrue();
        first.Grow(31).Should().BeFalse();
        bodies.Held.Should().Be(90);
        next.Grow(70).Should().BeFalse("it is the oldest itself");
        whole.Dispose();
        whole.Dispose();
        last.Grow(100).Should().BeTrue();
        bodies.Held.Should().Be(100);
        last.Dispose();
        bodies.Held.Should().Be(0);
    }

    /// <summary>A request of which as much is sent as a test wants.</summary>
    private sealed class RawRequest : IDisposable
    {
        private readonly TcpClient _client = new();

        public Task<string> Answer { get; private set; } = Task.FromResult("");

        public static async Task<RawRequest> SendAsync(HttpCoordinator at, string route, int length, string body, params string[] headers)
        {
            var request = new RawRequest();
            await request._client.ConnectAsync(new Uri(at.Url).Host, new Uri(at.Url).Port);
            string[] lines = [$"{route} HTTP/1.1", "Host: localhost", "Content-Type: application/json", $"Content-Length: {length}", .. headers, "", ""];
            await request.SendAsync(string.Join("\r\n", lines) + body);
            request.Answer = request.ReadAsync();
            return request;
        }

        public Task SendAsync(string text) => _client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text)).AsTask().WaitAsync(HttpCoordinator.Patience);

        public void Dispose() => _client.Dispose();

        /// <summary>The answer: all of ours end with an object.</summary>
        private async Task<string> ReadAsync()
        {
            var text = new StringBuilder();
            var buffer = new byte[4096];
            while (!text.ToString().EndsWith('}') && !text.ToString().StartsWith("HTTP/1.1 204 ", StringComparison.Ordinal) && await _client.GetStream().ReadAsync(buffer) is > 0 and var count)
                text.Append(Encoding.UTF8.GetString(buffer, 0, count));
            return text.ToString();
        }
    }
}
