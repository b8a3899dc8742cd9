using System.Net;
using Pyremto.Tests.Transport.Http.Server;

namespace Pyremto.Tests.Transport.Http.Page;

/// <summary>S15: a view token or the password is traded for a cookie that reads, and reads alone.</summary>
public sealed class SessionTests : IAsyncLifetime
{
    private HttpCoordinator _at = null!;

    public async Task InitializeAsync() => _at = await HttpCoordinator.StartAsync(options => options.MaxOffences = 3);

    public async Task DisposeAsync() => await _at.DisposeAsync();

    [Fact]
    public async Task A_view_token_becomes_a_cookie_that_no_script_and_no_other_site_can_use()
    {
        var token = await CreateAsync("svr");

        var answer = await BeginAsync("svr", $$"""{"view_token":"{{token}}"}""");

        answer.ShouldBe(HttpStatusCode.NoContent);
        var cookie = answer.Headers.GetValues("Set-Cookie").Should().ContainSingle().Subject.ToLowerInvariant();
        cookie.Should().Contain("httponly").And.Contain("samesite=strict").And.Contain("path=/").And.Contain("max-age=").And.NotContain("secure", "this is plain http");
        foreach (var path in new[] { "", "/jobs", "/results", "/plot", "/completions", "/latest" })
            (await GetAsync("/api/tags/svr" + path, CookieOf(answer))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_password_becomes_a_cookie_that_reads_and_does_nothing_else()
    {
        await CreateAsync("svr");

        var answer = await BeginAsync("svr", """{"password":"secret"}""");

        answer.ShouldBe(HttpStatusCode.NoContent);
        CookieOf(answer).Should().NotContain("secret");
        (await GetAsync("/api/tags/svr", CookieOf(answer))).ShouldBe(HttpStatusCode.OK);
        (await SendAsync(HttpMethod.Post, "/api/tags/svr/pause", CookieOf(answer))).ShouldBe(HttpStatusCode.Forbidden, ErrorCodes.WrongPassword);
        (await SendAsync(HttpMethod.Delete, "/api/tags/svr", CookieOf(answer))).ShouldBe(HttpStatusCode.Forbidden, ErrorCodes.WrongPassword);
        (await _at.PostAsync("/api/tags/svr/pause", by: HttpCoordinator.Password("secret"))).ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Cookies_of_two_tags_stand_side_by_side_and_open_their_own_tag_alone()
    {
        var (one, two) = (await CreateAsync("one"), await CreateAsync("größer?"));
        var first = CookieOf(await BeginAsync("one", $$"""{"view_token":"{{one}}"}"""));
        var second = CookieOf(await BeginAsync("größer?", $$"""{"view_token":"{{two}}"}"""));

        var both = $"{first}; {second}";

        (await GetAsync("/api/tags/one", both)).ShouldBe(HttpStatusCode.OK);
        (await GetAsync("/api/tags/gr%C3%B6%C3%9Fer%3F", both)).ShouldBe(HttpStatusCode.OK);
        (await GetAsync("/api/tags/one", second)).ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
    }

    [Fact]
    public async Task Signing_out_forgets_the_cookie()
    {
        var token = await CreateAsync("svr");
        var begun = CookieOf(await BeginAsync("svr", $$"""{"view_token":"{{token}}"}"""));

        var ended = await _at.SendAsync(HttpMethod.Delete, "/t/svr/session", null);

        ended.ShouldBe(HttpStatusCode.NoContent);
        var cookie = ended.Headers.GetValues("Set-Cookie").Should().ContainSingle().Subject;
        cookie.Should().StartWith(begun[..(begun.IndexOf('=', StringComparison.Ordinal) + 1)] + ";").And.Contain("expires=Thu, 01 Jan 1970");
    }

    [Fact]
    public async Task Rotation_ends_what_the_cookie_opened()
    {
        var token = await CreateAsync("svr");
        var cookie = CookieOf(await BeginAsync("svr", $$"""{"view_token":"{{token}}"}"""));

        await _at.Scheduler.RotateViewTokensAsync(new TagAccess("svr", "secret"), CancellationToken.None);

        (await GetAsync("/api/tags/svr", cookie)).ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
        (await BeginAsync("svr", $$"""{"view_token":"{{token}}"}""")).ShouldBe(HttpStatusCode.Forbidden, ErrorCodes.WrongPassword);
    }

    [Fact]
    public async Task Wrong_ones_are_403_without_a_prompt_and_end_in_a_ban_that_right_tokens_do_not_notice()
    {
        var token = await CreateAsync("svr");
        for (var i = 0; i < 3; i++)
        {
            var wrong = await BeginAsync("svr", i == 1 ? """{"password":"guess"}""" : """{"view_token":"guess"}""");
            wrong.ShouldBe(HttpStatusCode.Forbidden, ErrorCodes.WrongPassword);
            wrong.Headers.WwwAuthenticate.Should().BeEmpty();
            wrong.Headers.Contains("Set-Cookie").Should().BeFalse();
        }

        (await BeginAsync("svr", """{"view_token":"guess"}""")).ShouldBe(HttpStatusCode.TooManyRequests, ErrorCodes.Banned);
        (await BeginAsync("svr", """{"password":"guess"}""")).ShouldBe(HttpStatusCode.TooManyRequests, ErrorCodes.Banned);
        (await BeginAsync("svr", $$"""{"view_token":"{{token}}"}""")).ShouldBe(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"view_token":null}""")]
    [InlineData("""{"view_token":7}""")]
    [InlineData("""{"view_token":"a","password":"b"}""")]
    [InlineData("{\"view_token\":\"\\ud800\"}")]
    public async Task Bodies_that_make_no_sense_are_refused(string body)
    {
        await CreateAsync("svr");
        (await BeginAsync("svr", body)).ShouldBe(HttpStatusCode.BadRequest, ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task A_token_that_no_cookie_could_hold_is_wrong()
    {
        await _at.SetUpAsync("open", 1);
        foreach (var token in new[] { "a;b", "a\\r\\nSet-Cookie: x=y", "ä", "", new string('x', 300) })
            (await BeginAsync("open", $$"""{"view_token":"{{token}}"}""")).ShouldBe(token.Length == 300 ? HttpStatusCode.TooManyRequests : token.Length == 0 ? HttpStatusCode.TooManyRequests : HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task There_is_no_session_with_a_tag_that_is_not_there() =>
        (await BeginAsync("nothing", """{"view_token":"x"}""")).ShouldBe(HttpStatusCode.NotFound, ErrorCodes.TagUnknown);

    [Theory]
    [InlineData("POST")]
    [InlineData("DELETE")]
    public async Task No_other_site_begins_or_ends_a_session(string method)
    {
        var token = await CreateAsync("svr");
        var answer = await _at.SendAsync(
            new HttpMethod(method), "/t/svr/session", $$"""{"view_token":"{{token}}"}""", change: request => request.Headers.Add("Origin", "https://evil.example"));
        answer.ShouldBe(HttpStatusCode.Forbidden);
        answer.Headers.Contains("Set-Cookie").Should().BeFalse();
    }

    [Theory]
    [InlineData("application/json", false)]
    [InlineData("text/event-stream", false)]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8", true)]
    [InlineData("*/*", true)]
    public async Task A_script_is_told_what_is_missing_without_the_browsers_own_prompt(string accept, bool prompts)
    {
        await CreateAsync("svr");
        var answer = await _at.SendAsync(HttpMethod.Get, "/api/tags/svr", null, change: request => request.Headers.Add("Accept", accept));
        answer.ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
        answer.Headers.WwwAuthenticate.Should().ContainSingle().Which.Scheme.Should().Be(prompts ? "Basic" : "Bearer");
    }

    [Fact]
    public async Task Behind_a_proxy_that_speaks_https_the_cookie_is_for_https_alone()
    {
        await using var at = await HttpCoordinator.StartAsync(options => options.PublicUrl = new Uri("https://jobs.example.org/x"));
        var created = await at.Scheduler.CreateTagAsync(new CreateTag { Tag = "svr", Password = "secret" }, CancellationToken.None);
        var answer = await at.SendAsync(
            HttpMethod.Post, "/t/svr/session", $$"""{"view_token":"{{created.ViewToken}}"}""", change: request => request.Headers.Host = "jobs.example.org");
        answer.Headers.GetValues("Set-Cookie").Single().Should().Contain("secure")
            .And.Contain("path=/x/;", "what the proxy adds is part of the public address");
    }

    [Fact]
    public async Task What_the_header_says_counts_more_than_the_cookie()
    {
        var token = await CreateAsync("svr");
        var cookie = CookieOf(await BeginAsync("svr", $$"""{"view_token":"{{token}}"}"""));
        var answer = await _at.SendAsync(
            HttpMethod.Get, "/api/tags/svr", null, HttpCoordinator.Password("wrong"), request => request.Headers.Add("Cookie", cookie));
        answer.ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
    }

    private async Task<string> CreateAsync(string tag) =>
        (await _at.Scheduler.CreateTagAsync(new CreateTag { Tag = tag, Password = "secret" }, CancellationToken.None)).ViewToken;

    /// <summary>Clients of their own, so that only those cookies go that a test names.</summary>
    private Task<Answer> BeginAsync(string tag, string body) => _at.SendAsync(HttpMethod.Post, $"/t/{Uri.EscapeDataString(tag)}/session", body);

    private Task<Answer> GetAsync(string path, string cookie) => SendAsync(HttpMethod.Get, path, cookie);

    private async Task<Answer> SendAsync(HttpMethod method, string path, string cookie)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(_at.Url) };
        return await _at.SendAsync(method, path, method == HttpMethod.Post ? "" : null, change: request => request.Headers.Add("Cookie", cookie), client: client);
    }

    private static string CookieOf(Answer answer) => answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
}
