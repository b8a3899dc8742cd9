using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Pyremto.Tests.Transport.Http.PyremtoV2;

/// <summary>How a v2 call is told from others, and how its headers are read.</summary>
public sealed class V2RequestTests
{
    private static readonly string[] OwnersVerbs =
    [
        "ping", "is-alive", "setup-jobs", "get-next-job", "set-job-done", "get-job-progress", "get-job-results", "get-all-data",
        "log-int", "log-string", "log-data-point", "ask-for-input", "get-input",
    ];

    [Fact]
    public async Task Without_the_right_password_every_verb_of_the_owner_is_refused_with_another_status_than_200()
    {
        await using var server = await V2Server.StartAsync();
        await server.SetUpAsync("svr", jobs: 1, password: "secret");
        foreach (var verb in OwnersVerbs)
        {
            foreach (var header in new[] { "password: wrong", "password:", "x: y" })
            {
                var answer = await server.CallAsync(verb, ["tag: svr", "jobid: 0", header], verb == "setup-jobs" ? "[\"{}\"]" : "\"{}\"");
                answer.Status.Should().Be(HttpStatusCode.Unauthorized, "{0} needs the password", verb);
                answer.Body.Should().Contain("\"code\":\"wrong_password\"").And.NotContain("secret");
            }
            (await server.CallAsync(verb, ["tag: svr", "jobid: 0", "password: secret"], verb == "setup-jobs" ? "[\"{}\"]" : "\"{}\""))
                .Status.Should().Be(HttpStatusCode.OK, "{0} has the password", verb);
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/pyremto")]
    public async Task A_tag_and_a_password_in_Latin_1_are_what_their_letters_say(string path)
    {
        await using var server = await V2Server.StartAsync();

        var created = await server.SendRawAsync(Request(path, "create-tag: true", "name: Größe", "password: Schlüssel"));
        created.Should().StartWith("HTTP/1.1 200 OK").And.Contain("""{"success":1,"tag":"Gr\u00f6\u00dfe"}""");
        (await server.SendRawAsync(Request(path, "does-tag-exist: true", "tag: Größe"))).Should().Contain("""{"exists":1}""");
        (await server.SendRawAsync(Request(path, "ping: true", "tag: Größe", "password: Schlüssel"))).Should().StartWith("HTTP/1.1 200 OK");
        (await server.SendRawAsync(Request(path, "ping: true", "tag: Größe", "password: Schlussel"))).Should().StartWith("HTTP/1.1 401");
        (await server.Scheduler.GetProgressAsync(new TagAccess("Größe", "Schlüssel"), CancellationToken.None)).Tag.Should().Be("Größe");
    }

    [Fact]
    public async Task A_tag_in_UTF_8_is_the_same_tag_composed_or_not()
    {
        await using var server = await V2Server.StartAsync();
        await server.CreateAsync("Größe");
        await server.CreateAsync("日本");

        foreach (var tag in new[] { "Größe", "Gro\u0308ße", "日本" }) // S16: NFC
            (await server.SendRawAsync(Request("/", Encoding.UTF8, "does-tag-exist: true", $"tag: {tag}"))).Should().Contain("""{"exists":1}""");
    }

    [Fact]
    public async Task A_host_with_an_encoding_of_its_own_keeps_it()
    {
        await using var server = await V2Server.StartAsync(
            build: builder => builder.Services.Configure<KestrelServerOptions>(kestrel =>
                kestrel.RequestHeaderEncodingSelector = name => name == "value" ? Encoding.UTF8 : null));
        await server.CreateAsync("Größe");

        (await server.SendRawAsync(Request("/", "does-tag-exist: true", "tag: Größe"))).Should().Contain("""{"exists":1}""");
    }

    [Theory]
    [InlineData("backendversion: 1", "get-next-job: true", "tag: svr")]
    [InlineData("backendversion: 3", "get-next-job: true", "tag: svr")]
    [InlineData("backendversion:", "get-next-job: true", "tag: svr")]
    [InlineData("backendversion: 2", "get-next-job: false", "tag: svr")]
    [InlineData("backendversion: 2", "get-next-job:", "tag: svr")]
    [InlineData("backendversion: 2", "dance: true", "tag: svr")]
    [InlineData("backendversion: 2", "tag: svr")]
    [InlineData("backendversion: 2", "get-next-job: true")]
    [InlineData("backendversion: 2", "get-next-job: true", "tag:")]
    public async Task A_call_that_says_too_little_or_too_much_is_refused_with_words(params string[] headers)
    {
        await using var server = await V2Server.StartAsync();
        await server.SetUpAsync("svr", jobs: 1);

        foreach (var path in new[] { "/", "/pyremto" })
        {
            using var content = new StringContent("\"\"");
            var answer = await server.CallAsync(headers, content, path);
            answer.Status.Should().Be(HttpStatusCode.BadRequest);
            answer.Body.Should().Contain("\"code\":\"invalid_request\"");
        }
        (await server.CallAsync("get-next-job", ["tag: svr"])).Body.Should().Contain("\"has_job\":1", "nothing was handed out before");
    }

    [Theory]
    [InlineData("tag: svr", "tag: other")]
    [InlineData("tag: svr", "password: a", "password: b")]
    public async Task A_header_that_is_there_twice_is_refused(params string[] headers)
    {
        await using var server = await V2Server.StartAsync();
        await server.SetUpAsync("svr", jobs: 1);

        (await server.SendRawAsync(Request("/", ["get-next-job: true", .. headers]))).Should().StartWith("HTTP/1.1 400").And.Contain("2 times");
        (await server.CallAsync("get-next-job", ["tag: svr"])).Body.Should().Contain("\"has_job\":1", "nothing was handed out before");
    }

    [Fact]
    public async Task Post_to_the_root_without_the_header_is_the_hosts_own()
    {
        await using var server = await V2Server.StartAsync(map: app =>
        {
            app.MapPost("/", () => "the host's own");
            app.MapPyremto("/jobs");
        });
        await server.CreateAsync("svr");
        using var one = new StringContent("\"\"");
        using var other = new StringContent("\"\"");

        (await server.CallAsync([], one, "/")).Body.Should().Be("the host's own");
        (await server.CallAsync([], other, "/jobs")).Status.Should().Be(HttpStatusCode.NotFound);
        foreach (var path in new[] { "/", "/pyremto", "/jobs", "/jobs/", "/jobs/pyremto" })
            (await server.CallAsync("does-tag-exist", ["tag: svr"], path: path)).Body.Should().Be("""{"exists":1}""");
        (await server.CallAsync("does-tag-exist", ["tag: svr"], path: "/elsewhere")).Status.Should().Be(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("tag: a\u0001b")]
    [InlineData("tag: \u00ff\u00fe")]
    [InlineData("tag: ../../etc/passwd")]
    [InlineData("tag: %2e%2e")]
    public async Task Hostile_names_find_nothing_and_harm_nobody(string header)
    {
        await using var server = await V2Server.StartAsync();
        await server.CreateAsync("svr");

        var answer = await server.SendRawAsync(Request("/", "get-next-job: true", header));
        answer.Should().MatchRegex("^HTTP/1.1 4(00|04) ");
        (await server.CallAsync("ping", ["tag: svr"])).Status.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_caller_that_is_gone_before_its_answer_does_not_keep_the_job(bool afterItWasHandedOut)
    {
        await using var server = await StartAsync((http, exchange) => afterItWasHandedOut ? LeaveAfterAsync(http, exchange) : LeaveBeforeAsync(http, exchange));
        var access = await server.SetUpAsync("svr", jobs: 1);

        (await server.SendRawAsync(Request("/", "get-next-job: true", "tag: svr"))).Should().BeEmpty();

        // The scheduler that is asked here answers whoever has no connection that could break.
        var next = await server.Scheduler.ExchangeAsync(
            new ExchangeRequest { Tags = [access], Worker = "w", Wait = TimeSpan.FromSeconds(50) }, CancellationToken.None); // S8
        next.Jobs.Should().ContainSingle().Which.JobId.Should().Be(0);
    }

    [Fact]
    public async Task Something_unforeseen_is_500_with_an_id_and_no_stack()
    {
        await using var server = await StartAsync((_, _) => throw new InvalidOperationException("hidden"));
        await server.SetUpAsync("svr", jobs: 1);

        var answer = await server.CallAsync("get-next-job", ["tag: svr"]);

        answer.Status.Should().Be(HttpStatusCode.InternalServerError);
        answer.Body.Should().Contain("\"code\":\"internal_error\"").And.NotContain("hidden").And.NotContain("   at ");
    }

    [Fact]
    public async Task Who_goes_on_guessing_is_banned_and_who_was_right_before_goes_on()
    {
        await using var server = await V2Server.StartAsync(options => options.MaxOffences = 3);
        await server.CreateAsync("svr", "secret");
        await server.CreateAsync("other", "secret");
        await server.ShouldAnswerAsync("ping", "svr", """{"success":1}""", "password: secret");

        (await server.CallAsync("ping", ["tag: svr", "password: guess 1"])).Status.Should().Be(HttpStatusCode.Unauthorized);
        await server.ShouldAnswerAsync("is-password-ok", "svr", """{"password-ok":0}""", "password: guess 2");
        (await server.CallAsync("create-tag", ["name: svr", "password: guess 3"])).Status.Should().Be(HttpStatusCode.Unauthorized);

        foreach (var verb in new[] { "ping", "is-password-ok" })
            (await server.CallAsync(verb, ["tag: other", "password: secret"])).Status.Should().Be(HttpStatusCode.TooManyRequests);
        (await server.CallAsync("create-tag", ["name: svr", "password: guess 4"])).Status.Should().Be(HttpStatusCode.TooManyRequests);
        await server.ShouldAnswerAsync("ping", "svr", """{"success":1}""", "password: secret");
        await server.ShouldAnswerAsync("does-tag-exist", "svr", """{"exists":1}""");
    }

    [Fact]
    public async Task A_page_of_another_origin_may_ask_nothing()
    {
        await using var server = await V2Server.StartAsync();
        await server.SetUpAsync("svr", jobs: 1);

        (await server.CallAsync("get-next-job", ["tag: svr", "Origin: https://evil.example"])).Status.Should().Be(HttpStatusCode.Forbidden);
        (await server.CallAsync("get-next-job", ["tag: svr"])).Body.Should().Contain("\"has_job\":1", "nothing was handed out before");
    }

    /// <summary>A server whose exchanges go by way of the test.</summary>
    private static Task<V2Server> StartAsync(Func<HttpContext, Func<ValueTask<ExchangeAnswer>>, ValueTask<ExchangeAnswer>> onExchange) =>
        V2Server.StartAsync(build: builder =>
        {
            builder.Services.AddHttpContextAccessor();
            var inner = builder.Services.Last(service => service.ServiceType == typeof(IJobScheduler)).ImplementationFactory!;
            builder.Services.AddSingleton(services => InterceptedScheduler.Over(
                (IJobScheduler)inner(services), services.GetRequiredService<IHttpContextAccessor>(), onExchange));
        });

    private static ValueTask<ExchangeAnswer> LeaveBeforeAsync(HttpContext http, Func<ValueTask<ExchangeAnswer>> exchange)
    {
        http.Abort();
        return exchange();
    }

    private static async ValueTask<ExchangeAnswer> LeaveAfterAsync(HttpContext http, Func<ValueTask<ExchangeAnswer>> exchange)
    {
        var answer = await exchange();
        if (answer.HasJob)
            http.Abort();
        return answer;
    }

    private static byte[] Request(string path, params string[] headers) => Request(path, Encoding.Latin1, headers);

    private static byte[] Request(string path, Encoding encoding, params string[] headers) => encoding.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\nContent-Type: application/json\r\nbackendversion: 2\r\n"
        + string.Concat(headers.Select(header => $"{header}\r\n")) + "\r\n\"\"");
}
