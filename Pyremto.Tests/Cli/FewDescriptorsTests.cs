using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Pyremto.Tests.Support;
using Pyremto.Tests.Transport.NamedPipes;

namespace Pyremto.Tests.Cli;

/// <summary>A coordinator that may have few file descriptors, and strangers who connect and say nothing (S16).</summary>
public sealed class FewDescriptorsTests : IAsyncLifetime
{
    private const string PrLimit = "/usr/bin/prlimit";
    private const int Descriptors = 1024;
    private const int ForConnections = Descriptors / 4 * 3;

    private readonly PyremtoShell _shell = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _shell.DisposeAsync();

    [SkippableFact]
    public async Task More_idle_connections_than_descriptors_hinder_nobody_who_is_served_and_nothing_that_is_needed_later()
    {
        var (serve, url) = await ServeAsync("--urls", "http://127.0.0.1:0", "--store", "sqlite:jobs.db");
        using var early = Client(url);
        await SetUpAsync(early);

        using (var idle = await IdleConnections.OpenAsync(Server(url), Descriptors + 76))
        {
            idle.Open.Should().BeInRange(Descriptors / 4, ForConnections);
            serve.HasExited.Should().BeFalse(serve.Errors);
            foreach (var path in (string[])["/results?format=csv", "/results?format=json", "/results?format=jsonl", "", "/page"])
                (await early.GetAsync("/api/tags/svr" + path)).StatusCode.Should().Be(HttpStatusCode.OK, path);
            (await early.GetAsync("/t/svr/qr.png")).StatusCode.Should().Be(HttpStatusCode.OK);
            (await early.GetAsync("/t/svr/qr.svg")).StatusCode.Should().Be(HttpStatusCode.OK);
        }

        (await UntilServedAsync(url, "/api/tags/svr/results?format=csv")).Should().Contain("0.25");
        (await _shell.RunAsync("tags")).Output.Should().StartWith("svr: ");
        ShouldSayOnce(serve);
    }

    [SkippableFact]
    public async Task One_other_machine_holds_its_share_of_the_connections_and_no_more()
    {
        var address = MachineAddress.Find();
        Skip.If(address is null, "This machine is in no network.");
        var (serve, url) = await ServeAsync("--urls", "http://*:0", "--store", "memory");
        using var early = Client(url);
        await SetUpAsync(early);

        using var idle = await IdleConnections.OpenAsync(new IPEndPoint(address!, url.Port), ForConnections / 2);

        idle.Open.Should().Be(ForConnections / 4);
        using var late = Client(url);
        (await late.GetAsync("/api/tags/svr")).StatusCode.Should().Be(HttpStatusCode.OK, "there is room for others");
        serve.Errors.Should().Contain("MaxConnectionsPerAddress").And.Contain(address!.ToString());
    }

    [SkippableFact]
    public async Task More_idle_pipes_than_descriptors_hinder_nobody_who_is_served()
    {
        var pipe = PipeNames.New();
        var serve = StartServing("--pipe", pipe, "--store", "memory");
        await serve.WaitForErrorsAsync("pyremto work");
        _shell.Environment["PYREMTO_PIPE"] = pipe;
        await using var early = await RawPeer.IntroducedAsync(pipe, "early");
        var idle = new List<RawPeer>();
        var refused = 0;
        for (var i = 0; i < Descriptors * 3 / 4; i++)
        {
            try
            {
                idle.Add(await RawPeer.ConnectAsync(pipe));
            }
            catch (Exception error) when (error is IOException or InvalidOperationException or TimeoutException)
            {
                refused++;
            }
        }

        refused.Should().BePositive();
        idle.Should().HaveCountGreaterThan(Descriptors / 8);
        serve.HasExited.Should().BeFalse(serve.Errors);
        (await early.AskAsync(1, PipeVerb.TagExists, """{"tag":"tag"}""")).Text.Should().Be("false");
        foreach (var peer in idle)
            await peer.DisposeAsync();
        (await _shell.FeedAsync("{}\n", "submit", "-", "--tag", "svr")).ExitCode.Should().Be(0);
        (await _shell.RunAsync("tags")).Output.Should().Be("svr: running, 0 of 1 done\n");
        ShouldSayOnce(serve, listeners: 2);
    }

    [SkippableFact]
    public async Task What_a_request_may_be_the_first_to_need_is_loaded_without_it()
    {
        var (serve, url) = await ServeAsync("--urls", "http://127.0.0.1:0", "--store", "sqlite:jobs.db");
        using var client = Client(url);
        await SetUpAsync(client);
        await client.GetAsync("/api/tags/svr");
        using var deadline = new CancellationTokenSource(PyremtoProcess.Deadline);
        var before = await LoadedAsync(serve.Id);
        while (!before.Any(file => file.EndsWith("RateLimiting.dll", StringComparison.Ordinal))) // the last one
        {
            deadline.Token.ThrowIfCancellationRequested();
            before = await LoadedAsync(serve.Id);
        }

        foreach (var path in (string[])[
            "/results?format=csv", "/results?format=json", "/results?format=jsonl", "/page", "/latest", "/completions"])
        {
            (await client.GetAsync("/api/tags/svr" + path)).StatusCode.Should().Be(HttpStatusCode.OK, path);
        }
        foreach (var path in (string[])["/t/svr", "/page/page.js", "/t/svr/qr.png", "/t/svr/qr.svg", "/health/ready"])
            (await client.GetAsync(path)).StatusCode.Should().Be(HttpStatusCode.OK, path);
        using (var wrong = new HttpRequestMessage(HttpMethod.Get, "/api/tags/svr"))
        {
            wrong.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(":wrong"u8));
            await client.SendAsync(wrong);
        }

        (await LoadedAsync(serve.Id)).Except(before, StringComparer.Ordinal).Should().BeEmpty();
    }

    /// <summary>Starts <c>pyremto serve</c> with few descriptors.</summary>
    private async Task<(PyremtoProcess Serve, Uri Url)> ServeAsync(params string[] arguments)
    {
        var serve = StartServing(["--json", .. arguments]);
        using var served = JsonDocument.Parse(await serve.WaitForOutputAsync("\n"));
        var url = served.RootElement.GetProperty("urls")[0].GetString()!;
        _shell.Environment["PYREMTO_URL"] = url;
        return (serve, new Uri(url.Replace("localhost", "127.0.0.1", StringComparison.Ordinal)));
    }

    private PyremtoProcess StartServing(params string[] arguments)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && File.Exists(PrLimit), $"There is no {PrLimit} here.");
        var limit = string.Create(CultureInfo.InvariantCulture, $"--nofile={Descriptors}:{Descriptors}");
        return _shell.StartProgram(PrLimit, [limit, PyremtoShell.Executable, "serve", .. arguments]);
    }

    /// <summary>Each listener says it at most once; a connection over a pipe has two.</summary>
    private static void ShouldSayOnce(PyremtoProcess serve, int listeners = 1) => serve.Errors.Split('\n')
        .Count(line => line.Contains("refused", StringComparison.Ordinal)).Should().BeInRange(1, listeners, serve.Errors);

    private static IPEndPoint Server(Uri url) => new(IPAddress.Parse(url.Host), url.Port);

    private static HttpClient Client(Uri url) => new() { BaseAddress = url, Timeout = PyremtoProcess.Deadline };

    private static async Task SetUpAsync(HttpClient client)
    {
        await SendAsync(HttpMethod.Post, "/api/tags", """{"tag":"svr"}""");
        await SendAsync(HttpMethod.Post, "/api/tags/svr/jobs", """{"jobs":[{"x":0.25}]}""");
        await SendAsync(HttpMethod.Post, "/api/tags/svr/next", "{}");
        await SendAsync(HttpMethod.Put, "/api/tags/svr/jobs/0/result", """{"y":1}""");

        async Task SendAsync(HttpMethod method, string path, string json)
        {
            using var request = new HttpRequestMessage(method, path);
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
            using var answer = await client.SendAsync(request);
            answer.IsSuccessStatusCode.Should().BeTrue(path);
        }
    }

    /// <summary>The server notices that connections are gone one after the other, so a new one may still be one too many.</summary>
    private static async Task<string> UntilServedAsync(Uri url, string path)
    {
        using var deadline = new CancellationTokenSource(PyremtoProcess.Deadline);
        while (true)
        {
            deadline.Token.ThrowIfCancellationRequested();
            try
            {
                using var client = Client(url);
                return await client.GetStringAsync(path, deadline.Token);
            }
            catch (HttpRequestException error) when (error.StatusCode is null)
            {
                await Task.Yield();
            }
        }
    }

    private static async Task<IReadOnlyCollection<string>> LoadedAsync(int process) =>
        [.. (await File.ReadAllLinesAsync($"/proc/{process}/maps").WaitAsync(PyremtoProcess.Deadline))
            .Select(line => line[(line.LastIndexOf(' ') + 1)..])
            .Where(file => file.EndsWith(".dll", StringComparison.Ordinal) || file.EndsWith(".so", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal)];
}
