using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>Whatever is sent over HTTP, natively or in the Python package's protocol, the coordinator takes for no fault of its own, and
/// goes on serving those who make sense.</summary>
public sealed class FuzzTests : IAsyncLifetime
{
    private const int Fuzzers = 4;
    private const int RequestsOfAFuzzer = 1500;
    private const int ConnectionsOfAFuzzer = 300;
    private const int MostTags = 200;

    /// <summary>Beyond that, whoever sends nonsense has lost patience and hangs up.</summary>
    private static readonly TimeSpan FuzzersPatience = TimeSpan.FromMilliseconds(300);

    private static readonly string[] Paths =
    [
        "/api/next", "/api/heartbeat", "/api/give-up", "/api/not-needed", "/api/tags", "/api/tags/fuzz", "/api/tags/fuzz/next",
        "/api/tags/fuzz/heartbeat",
        "/api/tags/fuzz/jobs", "/api/tags/fuzz/jobs/0/result?worker=fuzz&attempt=1", "/api/tags/fuzz/jobs/1/failure",
        "/api/tags/fuzz/jobs/2/release",
        "/api/tags/fuzz/retry", "/api/tags/fuzz/cancel", "/api/tags/fuzz/pause", "/api/tags/fuzz/resume",
        "/api/tags/fuzz/view-tokens", "/api/tags/fuzz/rotate",
        "/api/tags/fuzz/notes/k?replace=true", "/api/tags/fuzz/events",
        "/api/tags/fuzz/results?format=csv&order=by_completion&after=3&limit=2",
        "/api/tags/fuzz/jobs?state=done&after=1&limit=5", "/api/tags/fuzz/plot?x=job_id&y=result.y&fold=true&most=16",
        "/api/tags/fuzz/completions?bins=3",
        "/api/tags/fuzz/latest?limit=3", "/api/tags/fuzz/page", "/api/tags/fuzz/exists", "/t/fuzz", "/t/fuzz/session",
        "/t/fuzz/qr.svg", "/t/fuzz/qr.png",
        "/page/page.js", "/openapi/v1.json", "/pyremto", "/",
    ];

    private static readonly string[] Bodies =
    [
        """{"tags":[{"tag":"fuzz"}],"worker":"fuzz","request_id":"r","count":1,"done":[{"job_id":0,"result":{"y":1},"attempt":1}],"failed":[],"released":[]}""",
        """{"tags":[{"tag":"fuzz"},{"tag":"other"}],"count":3,"done":[],"failed":[{"job_id":1,"error":"e","exit_code":1,"final":true}],"released":[2]}""",
        """{"worker":"fuzz","jobs":[{"job_id":0,"lease_seconds":3}],"tags":[{"tag":"fuzz"}]}""",
        """{"tags":[{"tag":"fuzz"}],"workers":["fuzz"],"worker":"fuzz","request_id":"r"}""",
        """{"tag":"fuzz","request_id":"q"}""",
        """{"jobs":[{"a":1},{"b":[1,2,{"c":"d"}]}],"max_redistribution_attempts":9,"lease_seconds":60,"policy":"when_lost","repetitions":500}""",
        """{"lease_seconds":5,"retry_delay_seconds":0.5,"jobs":[1,2],"cancelled":true,"silent_for_seconds":1,"lifetime_seconds":60}""",
        """{"view_token":"AAAA"}""",
        """{"y":{"z":[1e400,"\ud800",null]}}""",
        """["{\"x\": NaN}", "{\"x\": 1}"]""",
        "\"{\\\"y\\\": Infinity}\"",
        "",
    ];

    private static readonly string[] Verbs =
    [
        "get-next-job", "set-job-done", "get-job-progress", "ping", "is-alive", "does-tag-exist", "is-password-ok", "create-tag",
        "setup-jobs", "get-job-results",
        "log-int", "log-string", "log-data-point", "get-all-data", "ask-for-input", "get-input", "no-such-verb",
    ];

    private static readonly string[] Values =
        ["true", "fuzz", "0", "-1", "99999999999999999999", "1e9", "NaN", "ä", "\u00c3\u00a4", "a b", "", "fuzz2", "2"];

    private readonly LinesLogger _log = new();
    private HttpCoordinator _at = null!;

    public async Task InitializeAsync() => _at = await HttpCoordinator.StartAsync(
        options => options.MaxOffences = 1_000_000,
        builder =>
        {
            builder.Logging.AddProvider(_log).SetMinimumLevel(LogLevel.Warning);
            builder.Configuration["Pyremto:MaxTags"] = MostTags.ToString(CultureInfo.InvariantCulture);
        });

    public async Task DisposeAsync() => await _at.DisposeAsync();

    [Fact]
    public async Task Thousands_of_requests_of_nonsense_are_answered_and_disturb_nobody()
    {
        using var enough = new CancellationTokenSource();
        var working = await BeginWorkAsync(enough.Token);

        var faults = await Task.WhenAll(Enumerable.Range(0, Fuzzers).Select(seed => Task.Run(() => FuzzAsync(seed, Native))));

        await ShouldHaveGoneWellAsync(working, enough, faults);
    }

    [Fact]
    public async Task So_are_those_in_the_protocol_of_the_python_package()
    {
        using var enough = new CancellationTokenSource();
        var working = await BeginWorkAsync(enough.Token);

        var faults = await Task.WhenAll(Enumerable.Range(0, Fuzzers).Select(seed => Task.Run(() => FuzzAsync(seed, V2))));

        await ShouldHaveGoneWellAsync(working, enough, faults);
    }

    [Fact]
    public async Task So_are_connections_on_which_no_HTTP_is_spoken()
    {
        using var enough = new CancellationTokenSource();
        var working = await BeginWorkAsync(enough.Token);

        var faults = await Task.WhenAll(Enumerable.Range(0, Fuzzers).Select(seed => Task.Run(() => SendRawAsync(seed))));

        await ShouldHaveGoneWellAsync(working, enough, faults);
    }

    /// <summary>Sets up a tag that only its owner gets at, and works on it until told; answers how many jobs were done.</summary>
    private async Task<Task<int>> BeginWorkAsync(CancellationToken enough)
    {
        await _at.SetUpAsync("good", 50_000, password: "secret");
        await SetUpAgainAsync();
        return Task.Run(async () =>
        {
            var done = 0;
            var client = _at.NewClient();
            var answer = await NextAsync(client, """{"worker":"good"}""");
            while (!enough.IsCancellationRequested)
            {
                ((int)answer["attempt"]!).Should().Be(1);
                answer = await NextAsync(client, $$"""{"worker":"good","done":[{"job_id":{{answer["job_id"]}},"result":{} }]}""");
                ((string)answer["outcomes"]![0]!["outcome"]!).Should().Be("accepted");
                done++;
            }
            return done;
        }, CancellationToken.None);
    }

    private async Task<System.Text.Json.Nodes.JsonNode> NextAsync(HttpClient client, string body)
    {
        var answer = await _at.SendAsync(HttpMethod.Post, "/api/tags/good/next", body, HttpCoordinator.Password("secret"), client: client);
        answer.ShouldBe(HttpStatusCode.OK);
        return answer.Json;
    }

    private async Task ShouldHaveGoneWellAsync(Task<int> working, CancellationTokenSource enough, IEnumerable<List<string>> faults)
    {
        await enough.CancelAsync();
        var done = await working.WaitAsync(HttpCoordinator.Patience);
        faults.SelectMany(static fault => fault).Should().BeEmpty("whatever comes is the fault of whoever sent it");
        _log.Lines.Should().NotContain(static line =>
            line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal));
        done.Should().BeGreaterThan(5);
        var progress = await _at.Scheduler.GetProgressAsync(new TagAccess("good", "secret"), CancellationToken.None);
        (progress.Done, progress.InProgress, progress.Redistributed).Should().Be((done, 1, 0));
        (await _at.Scheduler.ListTagsAsync(CancellationToken.None).CountAsync()).Should().BeLessThanOrEqualTo(MostTags);
    }

    private async Task<List<string>> FuzzAsync(int seed, Func<Random, HttpRequestMessage> make)
    {
        var random = new Random(20_261_127 + seed);
        using var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        })
        { BaseAddress = new Uri(_at.Url) };
        var faults = new List<string>();
        for (var i = 0; i < RequestsOfAFuzzer; i++)
        {
            if (i % 50 == 0)
                await SetUpAgainAsync();
            using var request = make(random);
            using var patience = new CancellationTokenSource(FuzzersPatience);
            try
            {
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
                if ((int)response.StatusCode >= 500)
                {
                    var text = await response.Content.ReadAsStringAsync(patience.Token);
                    faults.Add($"seed {seed}, request {i}: {request} → {(int)response.StatusCode} {text}");
                }
                await response.Content.LoadIntoBufferAsync(patience.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or HttpRequestException or IOException)
            {
                // It waits for work, streams, or was thrown out.
            }
        }
        return faults;
    }

    /// <summary>Sees to it that the tag of the nonsense is there, which may have been deleted.</summary>
    private async Task SetUpAgainAsync()
    {
        try
        {
            await _at.SetUpAsync("fuzz", 1000, attempts: 1000);
        }
        catch (PyremtoException)
        {
            // It is there, or there is no room.
        }
    }

    private HttpRequestMessage Native(Random random)
    {
        string[] methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "NONSENSE"];
        var method = new HttpMethod(random.Next(3) > 0 ? methods[random.Next(3)] : methods[random.Next(methods.Length)]);
        var request = new HttpRequestMessage(method, AddressOf(random)) { Content = ContentOf(random) };
        AddHeaders(request, random);
        return request;
    }

    private static HttpRequestMessage V2(Random random)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, random.Next(2) == 0 ? "/" : "/pyremto") { Content = ContentOf(random) };
        request.Headers.TryAddWithoutValidation("backendversion", random.Next(30) == 0 ? Value(random) : "2");
        request.Headers.TryAddWithoutValidation(Verbs[random.Next(Verbs.Length)], random.Next(20) == 0 ? Value(random) : "true");
        request.Headers.TryAddWithoutValidation("tag", random.Next(5) == 0 ? Value(random) : "fuzz");
        string[] names = ["name", "jobid", "value", "description", "x", "y", "alive-interval-minutes", "max-redistribution-attempts"];
        foreach (var name in names)
        {
            for (var times = random.Next(3); times > 0; times--)
                request.Headers.TryAddWithoutValidation(name, Value(random));
        }
        if (random.Next(10) == 0)
            AddHeaders(request, random);
        return request;
    }

    /// <summary>The address of a route, now and then with escapes and letters that belong nowhere.</summary>
    private Uri AddressOf(Random random)
    {
        var path = Paths[random.Next(Paths.Length)];
        if (random.Next(3) == 0)
        {
            string[] pieces =
            [
                "%", "%2F", "%00", "%ff", "%c3%a4", "..", "/./", "?", "&x=", "=", "#", "%F0%9F%98%80", "9999999999", "-1",
                "%ed%a0%80", "{", "é",
            ];
            var at = random.Next(1, path.Length + 1);
            path = path.Insert(at, pieces[random.Next(pieces.Length)]);
        }
        return new Uri(_at.Url + path);
    }

    private static ByteArrayContent ContentOf(Random random)
    {
        var content = new ByteArrayContent(Mutation.Of(Bodies[random.Next(Bodies.Length)] + " ", random));
        string[] types =
        [
            "application/json", "application/json; charset=utf-8", "text/plain", "application/x-www-form-urlencoded", "nonsense",
            "application/json;;;",
        ];
        content.Headers.TryAddWithoutValidation("Content-Type", types[random.Next(10) > 0 ? random.Next(2) : random.Next(types.Length)]);
        return content;
    }

    private static void AddHeaders(HttpRequestMessage request, Random random)
    {
        (string Name, string Value)[] headers =
        [
            ("Pyremto-Protocol", "1"), ("Pyremto-Protocol", "x"), ("Authorization", "Bearer AAAA"), ("Authorization", "Basic ????"),
            ("Authorization", "Basic Og=="), ("Authorization", "Nonsense"), ("Accept", "text/event-stream"),
            ("If-None-Match", "\"x\", W/\"y\", *"), ("Origin", "null"), ("Origin", "http://evil.example"),
            ("Cookie", "pyremto-view-0=a; =; \""), ("Cookie", new string('c', 2000)), ("X-Forwarded-For", "nonsense, ::1"),
            ("Forwarded", "for=\"[\""), ("Range", "bytes=5-1"), ("Last-Event-ID", "-7"), ("traceparent", "00-zz"),
            ("Accept-Encoding", "gzip, br, *;q=x"),
        ];
        for (var left = random.Next(4); left > 0; left--)
        {
            var (name, value) = headers[random.Next(headers.Length)];
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private static string Value(Random random) => random.Next(4) > 0
        ? Values[random.Next(Values.Length)]
        : Encoding.Latin1.GetString(Mutation.Of(Values[random.Next(Values.Length)], random))
            .Replace('\r', 'r').Replace('\n', 'n').Replace('\0', '0');

    /// <summary>Whole requests with bytes changed, on connections of their own.</summary>
    private async Task<List<string>> SendRawAsync(int seed)
    {
        var random = new Random(20_261_127 + seed);
        var port = new Uri(_at.Url).Port;
        var faults = new List<string>();
        for (var i = 0; i < ConnectionsOfAFuzzer; i++)
        {
            var body = Bodies[random.Next(Bodies.Length)];
            var request = Mutation.Of(
                $"POST {Paths[random.Next(Paths.Length)]} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Connection: close\r\n"
                + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}", random);
            using var patience = new CancellationTokenSource(FuzzersPatience);
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, patience.Token);
                await socket.GetStream().WriteAsync(request, patience.Token);
                socket.Client.Shutdown(SocketShutdown.Send);
                using var reader = new StreamReader(socket.GetStream(), Encoding.Latin1);
                var status = await reader.ReadLineAsync(patience.Token) ?? "";
                if (status.StartsWith("HTTP/1.1 5", StringComparison.Ordinal)
                    && !status.StartsWith("HTTP/1.1 505", StringComparison.Ordinal))
                    faults.Add($"seed {seed}, connection {i}: {Encoding.Latin1.GetString(request)} → {status}");
            }
            catch (Exception error) when (
                error is OperationCanceledException or IOException or SocketException or InvalidOperationException)
            {
                // Thrown out, or kept waiting.
            }
        }
        return faults;
    }
}
