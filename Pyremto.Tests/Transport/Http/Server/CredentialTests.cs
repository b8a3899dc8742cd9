using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>Who may do what (S15): passwords by Basic, view tokens and the operator's key by Bearer.</summary>
public sealed class CredentialTests : IDisposable
{
    private const string Key = "an operator's key";
    private readonly string _folder = Directory.CreateTempSubdirectory("pyremto-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("anyone")]
    public async Task The_password_opens_the_tag_whatever_the_user(string user)
    {
        await using var at = await HttpCoordinator.StartAsync();
        (await at.PostAsync("/api/tags", """{"tag":"svr"}""", HttpCoordinator.Password("Pässwörd: 1", user))).ShouldBe(HttpStatusCode.Created);
        (await at.PostAsync("/api/tags/svr/jobs", """{"jobs":[{}]}""", HttpCoordinator.Password("Pässwörd: 1", user))).ShouldBe(HttpStatusCode.Created);
        var refused = await at.GetAsync("/api/tags/svr");
        refused.ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
        refused.Headers.WwwAuthenticate.Single().Scheme.Should().Be("Basic");
        (await at.GetAsync("/api/tags/svr", HttpCoordinator.Password("wrong"))).ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
        (await at.PostAsync("/api/next", """{"tags":[{"tag":"svr","password":"wrong"}]}""")).ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
        (await at.PostAsync("/api/next", """{"tags":[{"tag":"svr","password":"Pässwörd: 1"}]}""")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Nothing_but_that_it_exists_is_told_without_the_password()
    {
        await using var at = await HttpCoordinator.StartAsync();
        await at.SetUpAsync("svr", 1, password: "secret");
        foreach (var path in new[] { "", "/jobs", "/results?format=csv", "/results?format=json", "/events", "/notes/k" })
            (await at.GetAsync("/api/tags/svr" + path)).ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
        foreach (var path in new[] { "/jobs", "/retry", "/cancel", "/pause", "/resume", "/view-tokens", "/rotate", "/next", "/jobs/0/release" })
            (await at.PostAsync("/api/tags/svr" + path, path == "/jobs" ? """{"jobs":[{}]}""" : "")).ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
        (await at.SendAsync(HttpMethod.Delete, "/api/tags/svr", null)).ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
        (await at.GetAsync("/api/tags/svr/exists")).ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_view_token_reads_and_nothing_else_until_it_is_rotated_away()
    {
        await using var at = await HttpCoordinator.StartAsync();
        var owner = HttpCoordinator.Password("secret");
        var token = HttpCoordinator.Token((string)(await at.PostAsync("/api/tags", """{"tag":"svr","password":"secret"}""")).Json["view_token"]!);
        (await at.GetAsync("/api/tags/svr", token)).ShouldBe(HttpStatusCode.OK);
        (await at.GetAsync("/api/tags/svr/results", token)).ShouldBe(HttpStatusCode.OK);
        (await at.PostAsync("/api/tags/svr/pause", "", token)).ShouldBe(HttpStatusCode.Forbidden, ErrorCodes.WrongPassword);
        (await at.PostAsync("/api/tags/svr/next", "", token)).ShouldBe(HttpStatusCode.Forbidden, ErrorCodes.WrongPassword);
        (await at.SendAsync(HttpMethod.Delete, "/api/tags/svr", null, token)).ShouldBe(HttpStatusCode.Forbidden, ErrorCodes.WrongPassword);

        var issued = (string)(await at.PostAsync("/api/tags/svr/view-tokens", """{"lifetime_seconds":60}""", owner)).Json["view_token"]!;
        (await at.GetAsync("/api/tags/svr", HttpCoordinator.Token(issued))).ShouldBe(HttpStatusCode.OK);
        var rotated = (string)(await at.PostAsync("/api/tags/svr/rotate", "", owner)).Json["view_token"]!;
        (await at.GetAsync("/api/tags/svr", token)).ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
        (await at.GetAsync("/api/tags/svr", HttpCoordinator.Token(issued))).ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
        (await at.GetAsync("/api/tags/svr", HttpCoordinator.Token(rotated))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task From_another_machine_tags_are_created_and_listed_with_the_operators_key_alone()
    {
        await using var at = await HttpCoordinator.StartAsync(options => options.OperatorKey = Key);
        using var remote = at.NewClient(forwardedFor: "203.0.113.9");
        (await Send(HttpMethod.Post, null)).ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
        (await Send(HttpMethod.Get, null)).ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
        (await Send(HttpMethod.Post, "another operator's key")).ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
        (await Send(HttpMethod.Post, Key)).ShouldBe(HttpStatusCode.Created);
        (await Send(HttpMethod.Get, Key)).ShouldBe(HttpStatusCode.OK);
        (await at.PostAsync("/api/tags")).ShouldBe(HttpStatusCode.Created);
        (await at.GetAsync("/api/tags", HttpCoordinator.Token("wrong"))).ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);

        Task<Answer> Send(HttpMethod method, string? key) =>
            at.SendAsync(method, "/api/tags", method == HttpMethod.Get ? null : "{}", key is null ? null : HttpCoordinator.Token(key), client: remote);
    }

    [Fact]
    public async Task An_open_coordinator_asks_nobody_for_the_key()
    {
        await using var at = await HttpCoordinator.StartAsync(options => options.Open = true);
        using var remote = at.NewClient(forwardedFor: "203.0.113.9");
        (await at.SendAsync(HttpMethod.Post, "/api/tags", "{}", client: remote)).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Behind_a_public_address_nobody_is_believed_to_be_local()
    {
        await using var at = await HttpCoordinator.StartAsync(options =>
        {
            options.PublicUrl = new Uri("https://jobs.example.org");
            options.OperatorKey = Key;
        });
        (await at.PostAsync("/api/tags")).ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
        (await at.PostAsync("/api/tags", "", HttpCoordinator.Token(Key))).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_key_is_made_at_the_first_start_off_loopback_shown_once_and_kept()
    {
        var file = Path.Combine(_folder, "operator.key");
        var log = new LinesLogger();
        var (first, second) = (new StringWriter(), new StringWriter());
        await using (await StartAsync(first))
        {
            var key = (await File.ReadAllTextAsync(file)).Trim();
            key.Should().HaveLength(32);
            first.ToString().Should().Contain(key);
            log.Lines.Should().Contain(line => line.Contains(file, StringComparison.Ordinal)).And.NotContain(line => line.Contains(key, StringComparison.Ordinal));
            if (!OperatingSystem.IsWindows())
                File.GetUnixFileMode(file).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        await using var at = await StartAsync(second);
        second.ToString().Should().BeEmpty();
        using var remote = at.NewClient(forwardedFor: "203.0.113.9");
        (await at.SendAsync(HttpMethod.Get, "/api/tags", null, HttpCoordinator.Token((await File.ReadAllTextAsync(file)).Trim()), client: remote)).ShouldBe(HttpStatusCode.OK);

        Task<HttpCoordinator> StartAsync(StringWriter output) => HttpCoordinator.StartAsync(
            options =>
            {
                options.OperatorKeyFile = file;
                options.WriteTo(output);
            },
            builder => builder.Logging.AddProvider(log), "http://0.0.0.0:0");
    }

    [Fact]
    public async Task On_loopback_no_key_is_made()
    {
        var output = new StringWriter();
        await using var at = await HttpCoordinator.StartAsync(options => options.WriteTo(output));
        (await at.PostAsync("/api/tags")).ShouldBe(HttpStatusCode.Created);
        output.ToString().Should().BeEmpty();
    }

    [Fact]
    public async Task A_password_over_plain_http_from_another_machine_is_warned_of_once_and_never_shown()
    {
        var log = new LinesLogger();
        await using var at = await HttpCoordinator.StartAsync(
            options => options.KnownProxies.Add("127.0.0.1"), builder => builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace));
        await at.SetUpAsync("svr", 1, password: "s3cret");
        using var plain = at.NewClient(forwardedFor: "203.0.113.9");
        using var secure = at.NewClient(forwardedFor: "203.0.113.10");
        secure.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        await at.GetAsync("/api/tags/svr", HttpCoordinator.Password("s3cret"));
        await at.SendAsync(HttpMethod.Get, "/api/tags/svr", null, HttpCoordinator.Password("s3cret"), client: secure);
        Warnings().Should().BeEmpty();
        for (var i = 0; i < 3; i++)
            await at.SendAsync(HttpMethod.Get, "/api/tags/svr", null, HttpCoordinator.Password("s3cret"), client: plain);
        Warnings().Should().ContainSingle().Which.Should().Contain("203.0.113.9");
        await at.SendAsync(HttpMethod.Get, "/api/tags/svr", null, HttpCoordinator.Password("wr0ng"), client: plain);
        log.Lines.Should().NotContain(line => line.Contains("s3cret", StringComparison.Ordinal) || line.Contains("wr0ng", StringComparison.Ordinal)
            || line.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes(":s3cret")), StringComparison.Ordinal));

        string[] Warnings() => [.. log.Lines.Where(line => line.Contains("plain HTTP", StringComparison.Ordinal))];
    }

    [Theory]
    [InlineData("OperatorKey", "short")]
    [InlineData("MaxRequestBytes", "1")]
    [InlineData("MaxOffences", "0")]
    [InlineData("OffenceWindow", "00:00:00")]
    [InlineData("RequestHeadersTimeout", "-00:00:01")]
    [InlineData("PublicUrl", "ftp://x")]
    [InlineData("KnownProxies:0", "nonsense")]
    public async Task Options_out_of_their_range_fail_the_start(string name, string value)
    {
        var start = () => HttpCoordinator.StartAsync(build: builder => builder.Configuration[$"Pyremto:Http:{name}"] = value);
        (await start.Should().ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>()).WithMessage($"*{name.Split(':')[0]}*");
    }

    [Theory]
    [InlineData("localhost:5080")]
    [InlineData("ftp://localhost")]
    [InlineData("http://localhost:5080/path")]
    [InlineData(" ")]
    public void An_address_that_is_none_is_refused_at_once(string url) =>
        FluentActions.Invoking(() => new ServiceCollection().AddPyremto().ListenOnHttp(url)).Should().Throw<ArgumentException>();
}
