using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.Http.PyremtoV2;

/// <summary>A coordinator that speaks the v2 protocol on a real port, and a raw client that writes headers as Python does.</summary>
internal sealed class V2Server : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client;

    private V2Server(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        _client = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1 }) { BaseAddress = Address };
    }

    public Uri Address { get; }

    public FakeTimeProvider Time => (FakeTimeProvider)_app.Services.GetRequiredService<TimeProvider>();

    public IJobScheduler Scheduler => _app.Services.GetRequiredService<IJobScheduler>();

    /// <summary>What was shown at the coordinator.</summary>
    public ConcurrentQueue<(string Tag, Uri Page)> Announced => ((RecordingAnnouncer)_app.Services.GetRequiredService<ITagAnnouncer>()).Announced;

    public static async Task<V2Server> StartAsync(
        Action<PyremtoHttpOptions>? configure = null, Action<WebApplicationBuilder>? build = null, Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider());
        builder.Services.AddSingleton<ITagAnnouncer>(new RecordingAnnouncer());
        builder.Services.AddPyremto();
        builder.Services.Configure<PyremtoHttpOptions>(options => options.MaxOffences = 1000); // these tests offend a lot
        build?.Invoke(builder);
        var app = builder.Build();
        map?.Invoke(app);
        app.MapPyremto(configure: configure);
        await app.StartAsync();
        return new V2Server(app);
    }

    /// <summary>Calls a verb.</summary>
    /// <param name="verb">The header that names it.</param>
    /// <param name="headers">More headers, as "name: value".</param>
    /// <param name="body">The body; the empty JSON string where it says nothing.</param>
    /// <param name="path">The endpoint.</param>
    public async Task<V2Answer> CallAsync(string verb, string[] headers, string body = "\"\"", string path = "/")
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await CallAsync(["backendversion: 2", $"{verb}: true", .. headers], content, path);
    }

    public async Task<V2Answer> CallAsync(string[] headers, HttpContent content, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        foreach (var header in headers)
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            request.Headers.TryAddWithoutValidation(header[..colon], header[(colon + 1)..].Trim());
        }
        using var response = await _client.SendAsync(request);
        return new V2Answer(response.StatusCode, response.Content.Headers.ContentType?.ToString(), await response.Content.ReadAsStringAsync());
    }

    /// <summary>Calls a verb on a tag and expects status 200 with just this JSON.</summary>
    public async Task ShouldAnswerAsync(string verb, string tag, string json, params string[] headers)
    {
        var answer = await CallAsync(verb, [$"tag: {tag}", .. headers]);
        answer.Should().Be(new V2Answer(HttpStatusCode.OK, "application/json", json), "that is the answer to {0}", verb);
    }

    /// <summary>Sends bytes as they are, and answers with all that comes back until the server closes; nothing where it breaks off.</summary>
    public async Task<string> SendRawAsync(byte[] request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(request);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        try
        {
            return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (IOException)
        {
            return "";
        }
    }

    public async Task CreateAsync(string tag, string? password = null) =>
        await Scheduler.CreateTagAsync(new CreateTag { Tag = tag, Password = password }, CancellationToken.None);

    /// <summary>Creates a tag and sets up jobs <c>{"x":0}</c>, <c>{"x":1}</c> …</summary>
    public async Task<TagAccess> SetUpAsync(string tag, int jobs, int n = 1, string? password = null)
    {
        await CreateAsync(tag, password);
        var access = new TagAccess(tag, password);
        await Scheduler.SetUpJobsAsync(access, Make.SetUp(jobs, n), CancellationToken.None);
        return access;
    }

    /// <summary>Completes once so many jobs are done.</summary>
    public async Task WaitForDoneAsync(TagAccess access, int atLeast)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await foreach (var progress in Scheduler.WatchProgressAsync(access, deadline.Token))
        {
            if (progress.Done >= atLeast)
                return;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private sealed class RecordingAnnouncer : ITagAnnouncer
    {
        public ConcurrentQueue<(string Tag, Uri Page)> Announced { get; } = [];

        public ValueTask AnnounceAsync(string tag, Uri page, CancellationToken cancellationToken)
        {
            Announced.Enqueue((tag, page));
            return default;
        }
    }
}

/// <summary>What came back.</summary>
internal sealed record V2Answer(HttpStatusCode Status, string? ContentType, string Body);
