using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pyremto.Tests.Architecture;

namespace Pyremto.Tests.Security;

/// <summary>S15: every route, and every verb of the Python package's protocol, with every kind of credential.</summary>
[Collection(nameof(CredentialTable))]
public sealed partial class HttpCredentialTests : IAsyncLifetime
{
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    private IJobScheduler Scheduler => _app.Services.GetRequiredService<IJobScheduler>();

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddPyremto();
        _app = builder.Build();
        _app.MapPyremto(configure: options => (options.OperatorKey, options.MaxOffences) = (CredentialKind.OperatorKey, 1_000_000));
        await _app.StartAsync();
        var handler = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false };
        _client = new HttpClient(handler) { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Every_route_does_for_each_credential_what_the_table_says()
    {
        var kinds = await KindsAsync();
        var routes = ((IEndpointRouteBuilder)_app).DataSources.SelectMany(static source => source.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(static endpoint => endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
                .Select(method => (Method: method, Pattern: "/" + endpoint.RoutePattern.RawText!.Trim('/'))))
            .OrderBy(static route => Harm(route.Method, route.Pattern)).ThenBy(static route => route.Pattern, StringComparer.Ordinal)
            .ThenBy(static route => route.Method, StringComparer.Ordinal);
        var rows = new List<(string, IReadOnlyList<string>)>();
        foreach (var (method, pattern) in routes)
        {
            var cells = new List<string>();
            foreach (var kind in kinds)
            {
                using var request = HttpCalls.Of(method, pattern, kind);
                cells.Add(await CellAsync(request));
            }
            rows.Add(($"{method} {pattern}", cells));
        }
        CredentialTable.ShouldBe("http", [.. kinds.Select(static kind => kind.Name)], rows);
    }

    [Fact]
    public async Task Every_verb_of_the_python_protocol_does_for_each_credential_what_the_table_says()
    {
        var kinds = await KindsAsync();
        var source = await File.ReadAllTextAsync(
            Path.Combine(RepositoryRoot.Path, "Pyremto.Transport.Http", "PyremtoV2", "PyremtoV2Endpoint.cs"));
        var verbs = VerbName().Matches(source).Select(static match => match.Groups["name"].Value).Order(StringComparer.Ordinal).ToArray();
        verbs.Should().HaveCountGreaterThan(10);
        var rows = new List<(string, IReadOnlyList<string>)>();
        foreach (var verb in verbs)
        {
            var cells = new List<string>();
            foreach (var kind in kinds)
            {
                using var request = HttpCalls.OfV2(verb, kind);
                cells.Add(await CellAsync(request));
            }
            rows.Add((verb, cells));
        }
        CredentialTable.ShouldBe("v2", [.. kinds.Select(static kind => kind.Name)], rows);
    }

    /// <summary>What ends jobs, tokens, or a tag comes last.</summary>
    private static int Harm(string method, string pattern) => (method, pattern) switch
    {
        (_, "/api/tags/{tag}/cancel") => 1,
        (_, "/api/tags/{tag}/rotate") => 2,
        ("DELETE", "/api/tags/{tag}") => 3,
        _ => 0,
    };

    /// <summary>Those of every transport, and those that HTTP has alone.</summary>
    private async Task<List<CredentialKind>> KindsAsync()
    {
        var kinds = await CredentialKind.CreateAsync(Scheduler);
        foreach (var (name, token) in new[] { ("operator", CredentialKind.OperatorKey), ("wrong-key", "no-key-of-any-operator") })
        {
            await CredentialKind.CreateAsync(Scheduler, name);
            kinds.Add(new(name, name, Token: token));
        }
        var created = await CredentialKind.CreateAsync(Scheduler, "cookie");
        using var session = HttpCalls.Of("POST", "/t/{tag}/session", new("cookie", "cookie", Token: created.ViewToken));
        using var begun = await _client.SendAsync(session);
        kinds.Add(new("cookie", "cookie", Cookie: begun.Headers.GetValues("Set-Cookie").Single().Split(';')[0]));
        await CredentialKind.CreateAsync(Scheduler, "own-header");
        kinds.Add(new("own-header", "own-header", Password: CredentialKind.Secret, Header: "Pyremto-Authorization"));
        await CredentialKind.CreateAsync(Scheduler, "local");
        kinds.Add(new("local", "local", IsLocal: true));
        return kinds;
    }

    /// <summary>The status; of what is told of several tags or in the body alone, also that.</summary>
    private async Task<string> CellAsync(HttpRequestMessage request)
    {
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        if (response.Content.Headers.ContentType?.MediaType is not "application/json")
            return status;
        var text = await response.Content.ReadAsStringAsync();
        return Refused().Match(text) is { Success: true } refused ? $"{status}:{refused.Groups["what"].Value}" : status;
    }

    [GeneratedRegex(@"new\(""(?<name>[a-z-]+)"", \w+\.\w+Async", RegexOptions.ExplicitCapture)]
    private static partial Regex VerbName();

    [GeneratedRegex(
        @"""refused"":\[\{.*?""code"":""(?<what>\w+)""|""password-ok"":(?<what>0)|""success"":(?<what>0)",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Refused();
}

/// <summary>Tests that may write the same file.</summary>
[CollectionDefinition(nameof(CredentialTable))]
public sealed class CredentialTableGroup;
