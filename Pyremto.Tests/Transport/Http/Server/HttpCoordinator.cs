using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>A coordinator in memory behind a real Kestrel on a free port, and a client that speaks bare HTTP to it.</summary>
internal sealed class HttpCoordinator : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly IHost _host;
    private readonly List<HttpClient> _clients = [];

    private HttpCoordinator(IHost host) => _host = host;

    public string Url { get; private set; } = "";

    public HttpClient Client { get; private set; } = new();

    public IJobScheduler Scheduler => _host.Services.GetRequiredService<IJobScheduler>();

    public static async Task<HttpCoordinator> StartAsync(
        Action<PyremtoHttpOptions>? configure = null, Action<HostApplicationBuilder>? build = null, string url = "http://127.0.0.1:0")
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        build?.Invoke(builder);
        builder.Services.AddPyremto().ListenOnHttp(url, configure);
        var coordinator = new HttpCoordinator(builder.Build());
        await coordinator._host.StartAsync();
        coordinator.Url = coordinator._host.Services.GetRequiredService<IPyremtoHttpListener>().Addresses.Should().ContainSingle().Subject
            .Replace("[::]", "127.0.0.1", StringComparison.Ordinal).Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal);
        coordinator.Client = coordinator.NewClient();
        return coordinator;
    }

    /// <summary>A client with connections of its own; it may seem to come from another machine.</summary>
    public HttpClient NewClient(string? forwardedFor = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(Url), Timeout = Patience };
        if (forwardedFor is not null)
            client.DefaultRequestHeaders.Add("X-Forwarded-For", forwardedFor);
        _clients.Add(client);
        return client;
    }

    public Task<Answer> GetAsync(string path, AuthenticationHeaderValue? by = null) => SendAsync(HttpMethod.Get, path, null, by);

    public Task<Answer> PostAsync(string path, string json = "", AuthenticationHeaderValue? by = null) => SendAsync(HttpMethod.Post, path, json, by);

    public async Task<Answer> SendAsync(
        HttpMethod method, string path, string? json, AuthenticationHeaderValue? by = null, Action<HttpRequestMessage>? change = null, HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = by;
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        change?.Invoke(request);
        using var response = await (client ?? Client).SendAsync(request);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers);
    }

    /// <summary>Creates a tag with jobs <c>{"x":0}</c>, <c>{"x":1}</c> …</summary>
    public async Task SetUpAsync(string tag, int jobs, int attempts = 1, string? password = null)
    {
        await Scheduler.CreateTagAsync(new CreateTag { Tag = tag, Password = password }, CancellationToken.None);
        await Scheduler.SetUpJobsAsync(new TagAccess(tag, password), Support.Make.SetUp(jobs, attempts), CancellationToken.None);
    }

    public Task StopAsync() => _host.StopAsync().WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        await _host.StopAsync().WaitAsync(Patience);
        await ((IAsyncDisposable)_host).DisposeAsync();
    }

    public static AuthenticationHeaderValue Password(string password, string user = "") =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    public static AuthenticationHeaderValue Token(string token) => new("Bearer", token);
}

/// <summary>What came back.</summary>
internal sealed record Answer(HttpStatusCode Status, string Text, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public string Code => (string)Json["code"]!;

    public void ShouldBe(HttpStatusCode status, string? code = null)
    {
        Status.Should().Be(status, Text);
        if (code is null)
            return;
        ContentHeaders.ContentType!.MediaType.Should().Be("application/problem+json");
        Code.Should().Be(code);
        ((int)Json["status"]!).Should().Be((int)status);
        ((string)Json["detail"]!).Should().NotBeNullOrEmpty();
    }
}
