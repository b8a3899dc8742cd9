using System.Net;
using System.Text;

namespace Pyremto.Tests.Transport.Http.PyremtoV2;

/// <summary>The rows of the protocol page about a tag itself.</summary>
public sealed class V2TagVerbsTests : IAsyncLifetime
{
    private V2Server _server = null!;

    public async Task InitializeAsync() => _server = await V2Server.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Does_tag_exist()
    {
        await _server.CreateAsync("there", "secret");

        await _server.ShouldAnswerAsync("does-tag-exist", "there", """{"exists":1}""");
        await _server.ShouldAnswerAsync("does-tag-exist", "there", """{"exists":1}""", "password: wrong"); // S15: that it is taken, anyone may know
        await _server.ShouldAnswerAsync("does-tag-exist", "elsewhere", """{"exists":0}""");
        await _server.ShouldAnswerAsync("does-tag-exist", "a/b", """{"exists":0}""");
    }

    [Fact]
    public async Task Is_password_ok()
    {
        await _server.CreateAsync("open");
        await _server.CreateAsync("closed", "secret");

        await _server.ShouldAnswerAsync("is-password-ok", "open", """{"password-ok":1}""");
        await _server.ShouldAnswerAsync("is-password-ok", "open", """{"password-ok":1}""", "password: any");
        await _server.ShouldAnswerAsync("is-password-ok", "closed", """{"password-ok":1}""", "password: secret");
        await _server.ShouldAnswerAsync("is-password-ok", "closed", """{"password-ok":0}""", "password: wrong");
        await _server.ShouldAnswerAsync("is-password-ok", "closed", """{"password-ok":0}""", "password:");
        await _server.ShouldAnswerAsync("is-password-ok", "closed", """{"password-ok":0}""");
        (await _server.CallAsync("is-password-ok", ["tag: nowhere"])).Status.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Create_tag_with_a_name_and_a_password()
    {
        var answer = await _server.CallAsync("create-tag", ["alive-interval-minutes: -1", "name: svr", "password: secret"]);

        answer.Should().Be(new V2Answer(HttpStatusCode.OK, "application/json", """{"success":1,"tag":"svr"}"""));
        (await _server.Scheduler.GetProgressAsync(new TagAccess("svr", "secret"), CancellationToken.None)).State.Should().Be(TagStatus.NotSetUp);
        await _server.Scheduler.Invoking(it => it.GetProgressAsync(new TagAccess("svr"), CancellationToken.None).AsTask())
            .Should().ThrowAsync<WrongPasswordException>();
    }

    [Fact]
    public async Task Create_tag_makes_a_name_up_where_none_is_given()
    {
        var answer = await _server.CallAsync("create-tag", ["alive-interval-minutes: -1"]);

        answer.Status.Should().Be(HttpStatusCode.OK);
        answer.Body.Should().MatchRegex("""^\{"success":1,"tag":"[a-z2-9]{12}"\}$""");
        await _server.ShouldAnswerAsync("does-tag-exist", answer.Body[20..32], """{"exists":1}""");
    }

    [Fact]
    public async Task A_new_tag_is_shown_at_the_coordinator_with_the_link_of_its_page()
    {
        await _server.CallAsync("create-tag", ["name: Größe", "password: secret"]);

        var (tag, page) = _server.Announced.Should().ContainSingle().Subject;
        tag.Should().Be("Größe");
        page.GetLeftPart(UriPartial.Query).Should().Be($"{_server.Address}t/Gr%C3%B6%C3%9Fe");
        page.Fragment.Should().StartWith("#view=");
        var token = Uri.UnescapeDataString(page.Fragment["#view=".Length..]);
        (await _server.Scheduler.GetProgressAsync(new TagAccess("Größe", ViewToken: token), CancellationToken.None)).Total.Should().Be(0);
    }

    [Fact]
    public async Task Scripts_that_begin_at_the_same_time_with_the_same_tag_join_it()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _server.CallAsync("create-tag", ["name: svr", "password: secret"])));

        answers.Should().AllBeEquivalentTo(new V2Answer(HttpStatusCode.OK, "application/json", """{"success":1,"tag":"svr"}"""));
        _server.Announced.Should().ContainSingle();
    }

    [Theory]
    [InlineData("secret", "password: other", HttpStatusCode.Unauthorized)]
    [InlineData("secret", "x: y", HttpStatusCode.Unauthorized)]
    [InlineData(null, "password: secret", HttpStatusCode.Conflict)] // who wants a closed tag does not get an open one
    public async Task A_tag_that_is_somebody_elses_is_not_joined(string? password, string header, HttpStatusCode status)
    {
        await _server.CreateAsync("svr", password);

        (await _server.CallAsync("create-tag", ["name: svr", header])).Status.Should().Be(status);
    }

    [Theory]
    [InlineData("name: a/b")]
    [InlineData("name: ..")]
    [InlineData("name: a b")]
    [InlineData("alive-interval-minutes: soon")]
    [InlineData("alive-interval-minutes: 1.5")]
    public async Task A_tag_that_cannot_be_is_refused_with_words(string header)
    {
        var answer = await _server.CallAsync("create-tag", [header]);

        answer.Status.Should().Be(HttpStatusCode.BadRequest);
        answer.ContentType.Should().Be("application/problem+json");
        answer.Body.Should().Contain("""
            "code":"invalid_request"
            """);
        _server.Announced.Should().BeEmpty();
    }

    [Fact]
    public async Task A_name_of_128_characters_is_fine_and_one_more_is_too_many()
    {
        (await _server.CallAsync("create-tag", [$"name: {new string('ü', 128)}"])).Status.Should().Be(HttpStatusCode.OK);
        (await _server.CallAsync("create-tag", [$"name: {new string('ü', 129)}"])).Status.Should().Be(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Without_an_interval_a_tag_is_always_alive()
    {
        await _server.CallAsync("create-tag", ["name: never", "alive-interval-minutes: -1"]);
        await _server.CreateAsync("ours");
        _server.Time.Advance(TimeSpan.FromDays(20));

        await _server.ShouldAnswerAsync("is-alive", "never", """{"alive":1}""");
        await _server.ShouldAnswerAsync("is-alive", "ours", """{"alive":1}""");
        (await _server.CallAsync("is-alive", ["tag: nowhere"])).Status.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_tag_is_alive_while_its_creation_or_last_ping_is_younger_than_its_interval()
    {
        await _server.CallAsync("create-tag", ["name: svr", "alive-interval-minutes: 5"]);

        _server.Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        await _server.ShouldAnswerAsync("is-alive", "svr", """{"alive":1}""");
        _server.Time.Advance(TimeSpan.FromMilliseconds(1));
        await _server.ShouldAnswerAsync("is-alive", "svr", """{"alive":0}""");

        await _server.ShouldAnswerAsync("ping", "svr", """{"success":1}""");
        await _server.ShouldAnswerAsync("is-alive", "svr", """{"alive":1}""");
        _server.Time.Advance(TimeSpan.FromMinutes(4));
        await _server.ShouldAnswerAsync("ping", "svr", """{"success":1}""");
        _server.Time.Advance(TimeSpan.FromMinutes(4));
        await _server.ShouldAnswerAsync("is-alive", "svr", """{"alive":1}""");
        _server.Time.Advance(TimeSpan.FromMinutes(1));
        await _server.ShouldAnswerAsync("is-alive", "svr", """{"alive":0}""");
    }

    [Fact]
    public async Task An_interval_beyond_all_numbers_is_a_long_one()
    {
        await _server.CallAsync("create-tag", ["name: svr", $"alive-interval-minutes: {new string('9', 100)}"]);
        _server.Time.Advance(TimeSpan.FromDays(20));

        await _server.ShouldAnswerAsync("is-alive", "svr", """{"alive":1}""");
    }

    [Fact]
    public async Task Who_may_not_create_tags_is_told_where_the_operators_key_goes_and_may_do_all_else()
    {
        await using var server = await V2Server.StartAsync(options =>
        {
            options.OperatorKey = "the key of this test";
            options.PublicUrl = new Uri("https://example.org/jobs"); // behind a proxy, nobody is believed to be local
        });
        await server.CreateAsync("there");

        var refused = await server.CallAsync("create-tag", ["name: svr"]);
        refused.Status.Should().Be(HttpStatusCode.Unauthorized);
        refused.Body.Should().Contain("http://:KEY@host/");
        (await server.CallAsync("create-tag", ["name: svr", $"Authorization: Basic {Base64(":another key")}"])).Status.Should().Be(HttpStatusCode.Unauthorized);
        server.Announced.Should().BeEmpty();
        (await server.CallAsync("create-tag", ["name: svr", $"Authorization: Basic {Base64(":the key of this test")}"])).Status.Should().Be(HttpStatusCode.OK);
        server.Announced.Should().ContainSingle().Which.Page.AbsoluteUri.Should().StartWith("https://example.org/jobs/t/svr#view=");
        await server.ShouldAnswerAsync("ping", "there", """{"success":1}""");
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
