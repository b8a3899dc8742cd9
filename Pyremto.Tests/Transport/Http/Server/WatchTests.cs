using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>What could be asked without a tag in the route needs the tag's credential too (S15), and is bounded for each address.</summary>
public sealed class WatchTests : IAsyncLifetime
{
    private const string Named = """{"tags":[{"tag":"svr","password":"right"}],"workers":["w"]}""";
    private readonly FakeTimeProvider _time = new();
    private readonly List<IDisposable> _streams = [];
    private HttpCoordinator _at = null!;

    public async Task InitializeAsync()
    {
        _at = await HttpCoordinator.StartAsync(build: builder => builder.Services.AddSingleton<TimeProvider>(_time));
        await _at.SetUpAsync("svr", 1, password: "right");
        await _at.SetUpAsync("open", 1);
    }

    public async Task DisposeAsync()
    {
        foreach (var stream in _streams)
            stream.Dispose();
        await _at.DisposeAsync();
    }

    [Theory]
    [InlineData("""{"tags":[{"tag":"svr"}],"workers":["w"]}""")]
    [InlineData("""{"tags":[{"tag":"svr","password":"wrong"}],"workers":["w"]}""")]
    public async Task Nobody_watches_for_a_tag_without_its_credential(string body)
    {
        (await _at.PostAsync("/api/not-needed", body)).ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
    }

    [Fact]
    public async Task Who_guesses_at_the_password_of_what_is_watched_is_banned()
    {
        for (var i = 0; i < 10; i++)
        {
            (await _at.PostAsync("/api/not-needed", $$"""{"tags":[{"tag":"svr","password":"guess {{i}}"}],"workers":["w"]}"""))
                .ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
        }
        (await _at.PostAsync("/api/not-needed", Named)).ShouldBe(HttpStatusCode.TooManyRequests, ErrorCodes.Banned);
    }

    [Fact]
    public async Task A_request_that_waits_is_given_up_with_the_credentials_of_its_tags_alone()
    {
        await _at.PostAsync("/api/tags/svr/next", """{"worker":"other"}""", HttpCoordinator.Password("right"));
        var next = _at.PostAsync("/api/tags/svr/next", """{"worker":"w","request_id":"r","wait_seconds":40}""", HttpCoordinator.Password("right"));
        await _time.UntilTimerAsync(TimeSpan.FromSeconds(40));

        foreach (var credential in new[] { """{"tag":"svr"}""", """{"tag":"svr","password":"wrong"}""" })
            (await GiveUpAsync(credential)).ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
        foreach (var other in new[] { """{"tag":"open"}""", """{"tag":"open"},{"tag":"svr","password":"wrong"}""", """{"tag":"none"}""" })
            ((int)(await GiveUpAsync(other)).Json["calls"]!).Should().Be(0);
        next.IsCompleted.Should().BeFalse();

        ((int)(await GiveUpAsync("""{"tag":"svr","password":"right"}""")).Json["calls"]!).Should().Be(1);
        (await next.WaitAsync(HttpCoordinator.Patience)).ShouldBe(HttpStatusCode.NoContent);

        Task<Answer> GiveUpAsync(string tags) => _at.PostAsync("/api/give-up", $$"""{"worker":"w","request_id":"r","tags":[{{tags}}]}""");
    }

    [Fact]
    public async Task An_address_watches_for_so_many_workers_and_no_more_until_it_ends_a_stream()
    {
        var ids = string.Join(',', Enumerable.Range(0, 1024).Select(i => $"\"w{i}\""));
        var full = $$"""{"tags":[{"tag":"open"}],"workers":[{{ids}}]}""";
        for (var i = 0; i < 16; i++)
            (await OpenAsync(full)).Should().Be(HttpStatusCode.OK);
        (await OpenAsync(full)).Should().Be(HttpStatusCode.TooManyRequests);
        var refused = await _at.PostAsync("/api/not-needed", Named);
        refused.ShouldBe(HttpStatusCode.TooManyRequests, ErrorCodes.Banned);
        refused.Headers.RetryAfter!.Delta.Should().BePositive();

        _streams[0].Dispose();

        using var deadline = new CancellationTokenSource(HttpCoordinator.Patience);
        while (await OpenAsync(Named) != HttpStatusCode.OK)
            deadline.Token.ThrowIfCancellationRequested();
    }

    [Fact]
    public void An_address_has_so_many_streams_and_others_have_theirs()
    {
        var places = new WatchPlaces(mostStreams: 2, mostWorkers: 10);
        var (one, other) = (IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2"));
        using var first = places.Enter(one, 1);
        var second = places.Enter(one, 9);
        FluentActions.Invoking(() => places.Enter(one, 1)).Should().Throw<BannedException>();
        using var neighbours = places.Enter(other, 10);

        second.Dispose();
        second.Dispose();

        FluentActions.Invoking(() => places.Enter(one, 10)).Should().Throw<BannedException>("a stream that ends twice ends once");
        using var third = places.Enter(one, 9);
    }

    private async Task<HttpStatusCode> OpenAsync(string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/not-needed") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        var response = await _at.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        _streams.Add(response);
        return response.StatusCode;
    }
}
