using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Pyremto.Tests.Transport.Http.Server;

namespace Pyremto.Tests.Transport.Http.Page;

/// <summary>The page itself and its files, which are the same for everybody.</summary>
public sealed class PageRouteTests : IAsyncLifetime
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private HttpCoordinator _at = null!;

    public async Task InitializeAsync() => _at = await HttpCoordinator.StartAsync();

    public async Task DisposeAsync() => await _at.DisposeAsync();

    [Theory]
    [InlineData("/t/svr")]
    [InlineData("/t/no%20such%20tag%3F")]
    [InlineData("/t/%E6%97%A5%E6%9C%AC")]
    public async Task The_page_is_the_same_for_every_tag_and_needs_no_credential(string path)
    {
        await _at.SetUpAsync("svr", 1, password: "secret");

        var page = await _at.GetAsync(path);

        page.ShouldBe(HttpStatusCode.OK);
        page.ContentHeaders.ContentType!.ToString().Should().Be("text/html; charset=utf-8");
        page.Headers.GetValues("Content-Security-Policy").Should().Equal(Policy);
        page.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
        page.Headers.GetValues("Referrer-Policy").Should().Equal("no-referrer");
        page.Headers.GetValues("Cross-Origin-Resource-Policy").Should().Equal("same-origin");
        page.Text.Should().Be((await _at.GetAsync("/t/x")).Text).And.Contain("../page/page.js").And.NotContain("svr").And.NotContain(" style=").And.NotContain("http:");
    }

    [Fact]
    public async Task All_its_files_are_served_with_their_types_and_are_small_together()
    {
        var bytes = 0L;
        foreach (var name in PageFiles.Load().Names)
        {
            var file = await _at.GetAsync(name == PageFiles.Index ? "/t/svr" : "/page/" + name);
            file.ShouldBe(HttpStatusCode.OK);
            file.ContentHeaders.ContentType!.MediaType.Should().NotBe("application/octet-stream");
            bytes += file.ContentHeaders.ContentLength!.Value;
        }
        bytes.Should().BePositive().And.BeLessThan(60_000);
    }

    [Theory]
    [InlineData("/t/svr")]
    [InlineData("/page/page.css")]
    public async Task What_a_browser_has_is_not_sent_again(string path)
    {
        var first = await _at.GetAsync(path);
        var again = await _at.SendAsync(HttpMethod.Get, path, null, change: request => request.Headers.IfNoneMatch.Add(first.Headers.ETag!));
        again.ShouldBe(HttpStatusCode.NotModified);
        again.Text.Should().BeEmpty();
        first.Headers.CacheControl!.NoCache.Should().BeTrue("it is asked for each time");
    }

    [Theory]
    [InlineData("/page/nothing.js")]
    [InlineData("/page/index.html")]
    [InlineData("/page/..%2Fpage.js")]
    [InlineData("/page/%2e%2e/Pyremto.dll")]
    public async Task There_are_no_other_files(string path) => (await _at.GetAsync(path)).Status.Should().Be(HttpStatusCode.NotFound);

    [Fact]
    public async Task A_slash_at_the_end_leads_back_to_the_page_whatever_a_proxy_added_before()
    {
        var answer = await _at.GetAsync("/t/a%3Fb/");
        answer.Status.Should().Be(HttpStatusCode.MovedPermanently);
        answer.Headers.Location!.OriginalString.Should().Be("../a%3Fb");
    }

    [Fact]
    public async Task Under_a_prefix_page_files_session_and_routes_move_together()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddPyremto();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPyremto("/jobs");
        await app.StartAsync();
        var scheduler = app.Services.GetRequiredService<IJobScheduler>();
        var created = await scheduler.CreateTagAsync(new CreateTag { Tag = "svr", Password = "secret" }, CancellationToken.None);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        (await client.GetAsync("/jobs/t/svr")).StatusCode.Should().Be(HttpStatusCode.OK);
        (await client.GetAsync("/jobs/page/page.js")).StatusCode.Should().Be(HttpStatusCode.OK);
        using var token = new StringContent($$"""{"view_token":"{{created.ViewToken}}"}""", new MediaTypeHeaderValue("application/json"));
        using var begun = await client.PostAsync("/jobs/t/svr/session", token);
        begun.StatusCode.Should().Be(HttpStatusCode.NoContent);
        begun.Headers.GetValues("Set-Cookie").Should().ContainSingle().Which.Should()
            .Contain("path=/jobs/;", "the host's other routes do not get it");
        (await client.GetAsync("/jobs/api/tags/svr")).StatusCode.Should().Be(HttpStatusCode.OK, "the client keeps the cookie");
    }
}
