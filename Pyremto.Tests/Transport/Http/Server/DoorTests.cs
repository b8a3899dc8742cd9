using System.Net;
using System.Text;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>No web page drives a coordinator (S16): foreign hosts, foreign origins, bodies that are not declared as JSON.</summary>
public sealed class DoorTests : IAsyncLifetime
{
    private HttpCoordinator _at = null!;

    public async Task InitializeAsync() => _at = await HttpCoordinator.StartAsync(options =>
    {
        options.AllowedHosts.Add("pyremto.test");
        options.PublicUrl = new Uri("https://localhost:8443/jobs/");
    });

    public async Task DisposeAsync() => await _at.DisposeAsync();

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:5080")]
    [InlineData("localhost.evil.example")]
    public async Task A_foreign_host_is_refused_on_loopback(string host)
    {
        var answer = await _at.SendAsync(HttpMethod.Post, "/api/tags", "{}", change: request => request.Headers.Host = host);
        answer.ShouldBe(HttpStatusCode.MisdirectedRequest, ErrorCodes.InvalidRequest);
        (await _at.SendAsync(HttpMethod.Get, "/api/tags", null, change: request => request.Headers.Host = host)).ShouldBe(HttpStatusCode.MisdirectedRequest);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:99")]
    [InlineData("127.0.0.1:5080")]
    [InlineData("[::1]:5080")]
    public async Task By_names_of_loopback_this_machine_needs_no_key(string host) =>
        (await _at.SendAsync(HttpMethod.Get, "/api/tags", null, change: request => request.Headers.Host = host)).ShouldBe(HttpStatusCode.OK);

    [Theory]
    [InlineData("pyremto.test")]
    [InlineData("169.254.169.254")]
    public async Task What_was_allowed_and_any_address_is_served_and_needs_the_key(string host) =>
        (await _at.SendAsync(HttpMethod.Get, "/api/tags", null, change: request => request.Headers.Host = host))
            .ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("nonsense")]
    public async Task A_foreign_origin_changes_nothing(string origin)
    {
        await _at.SetUpAsync("svr", 1);
        foreach (var (method, path) in new[] { (HttpMethod.Post, "/api/tags"), (HttpMethod.Post, "/api/tags/svr/next"), (HttpMethod.Delete, "/api/tags/svr") })
        {
            var answer = await _at.SendAsync(method, path, "{}", change: request => request.Headers.Add("Origin", origin));
            answer.ShouldBe(HttpStatusCode.Forbidden, ErrorCodes.InvalidRequest);
        }
        ((int)(await _at.GetAsync("/api/tags/svr")).Json["waiting"]!).Should().Be(1);
    }

    [Fact]
    public async Task The_coordinators_own_pages_may_change_something()
    {
        foreach (var origin in new[] { _at.Url, "https://localhost:8443" })
            (await _at.SendAsync(HttpMethod.Post, "/api/tags", "{}", change: request => request.Headers.Add("Origin", origin))).ShouldBe(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data")]
    [InlineData("application/jsonx")]
    [InlineData(null)]
    public async Task A_body_that_is_not_declared_as_json_is_refused(string? type)
    {
        await _at.SetUpAsync("svr", 1);
        var answer = await _at.SendAsync(HttpMethod.Post, "/api/tags/svr/pause", null, change: request =>
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes("{}"));
            if (type is not null)
                request.Content.Headers.Add("Content-Type", type);
        });
        answer.ShouldBe(HttpStatusCode.UnsupportedMediaType, ErrorCodes.InvalidRequest);
        ((string)(await _at.GetAsync("/api/tags/svr")).Json["state"]!).Should().Be("running");
    }

    [Fact]
    public async Task Links_begin_with_the_public_address() =>
        ((string)(await _at.PostAsync("/api/tags", """{"tag":"ab?"}""")).Json["progress_url"]!)
            .Should().Be("https://localhost:8443/jobs/t/ab%3F");
}
