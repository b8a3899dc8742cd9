using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>
/// The routes in a host whose header Authorization is its own, and that decides by policies of its own which callers reach which.
/// </summary>
public sealed class HostAuthorizationTests : IAsyncLifetime
{
    private const string Ours = "Pyremto-Authorization";

    private readonly List<WebApplication> _apps = [];

    [Fact]
    public async Task Behind_a_hosts_own_bearer_authentication_credentials_of_tags_stand_in_a_header_of_their_own()
    {
        using var client = await StartAsync(app => app.MapPyremto().RequireAuthorization());
        (await SendAsync(client, "GET", "/api/tags", host: null)).ShouldBe(HttpStatusCode.Unauthorized);
        (await SendAsync(client, "POST", "/api/tags", "worker", json: """{"tag":"open"}""")).ShouldBe(HttpStatusCode.Created);
        (await SendAsync(client, "POST", "/api/tags", "worker", Password("secret"), """{"tag":"closed"}"""))
            .ShouldBe(HttpStatusCode.Created);

        (await SendAsync(client, "POST", "/api/tags/open/jobs", "worker", json: """{"jobs":[{}]}""")).ShouldBe(HttpStatusCode.Created);
        (await SendAsync(client, "POST", "/api/tags/open/next", "worker")).Text.Should().Contain("\"has_job\":1");
        (await SendAsync(client, "GET", "/api/tags/open", "worker")).ShouldBe(HttpStatusCode.OK);
        (await SendAsync(client, "GET", "/api/tags/closed", "worker", Password("secret"))).ShouldBe(HttpStatusCode.OK);
        var issued = await SendAsync(client, "POST", "/api/tags/closed/view-tokens", "worker", Password("secret"));
        var token = (string)issued.Json["view_token"]!;
        (await SendAsync(client, "GET", "/api/tags/closed", "worker", $"Bearer {token}")).ShouldBe(HttpStatusCode.OK);
        (await SendAsync(client, "POST", "/api/tags/closed/pause", "worker", $"Bearer {token}"))
            .ShouldBe(HttpStatusCode.Forbidden, ErrorCodes.WrongPassword);

        foreach (var wrong in new[] { null, Password("wrong") })
        {
            var refused = await SendAsync(client, "GET", "/api/tags/closed", "worker", wrong);
            refused.ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
            refused.Headers.WwwAuthenticate.Single().Scheme.Should().Be("Bearer", "a browser's prompt would fill the host's header");
        }
    }

    [Fact]
    public async Task Where_a_host_has_no_authorization_both_headers_are_taken_and_ours_counts_first()
    {
        using var client = await StartAsync(app => app.MapPyremto());
        (await SendAsync(client, "POST", "/api/tags", ours: Password("secret"), json: """{"tag":"svr"}"""))
            .ShouldBe(HttpStatusCode.Created);

        (await SendAsync(client, "GET", "/api/tags/svr", ours: Password("secret"))).ShouldBe(HttpStatusCode.OK);
        (await SendAsync(client, "GET", "/api/tags/svr", authorization: Password("secret"))).ShouldBe(HttpStatusCode.OK);
        (await SendAsync(client, "GET", "/api/tags/svr", authorization: Password("other"), ours: Password("secret")))
            .ShouldBe(HttpStatusCode.OK);
        (await SendAsync(client, "GET", "/api/tags/svr", authorization: Password("secret"), ours: Password("other")))
            .ShouldBe(HttpStatusCode.Unauthorized);
        var nonsense = await SendAsync(client, "GET", "/api/tags/svr", ours: "nonsense");
        nonsense.ShouldBe(HttpStatusCode.BadRequest, ErrorCodes.InvalidRequest);
        nonsense.Text.Should().Contain(Ours);
    }

    [Theory]
    [InlineData(true, HttpStatusCode.OK)]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData(false, HttpStatusCode.Unauthorized)]
    public async Task A_host_that_authenticates_by_something_else_may_leave_Authorization_to_tags(bool? isRead, HttpStatusCode status)
    {
        using var client = await StartAsync(
            app => app.MapPyremto(configure: options => options.ReadAuthorization = isRead).RequireAuthorization());
        (await SendAsync(client, "POST", "/api/tags", ours: Password("secret"), json: """{"tag":"svr"}""", cookie: "host=worker"))
            .ShouldBe(HttpStatusCode.Created);

        (await SendAsync(client, "GET", "/api/tags/svr", authorization: Password("secret"), cookie: "host=worker")).ShouldBe(status);
    }

    [Fact]
    public async Task Each_kind_of_route_has_a_policy_of_the_hosts_own()
    {
        using var client = await StartAsync(app =>
        {
            var routes = app.MapPyremto("/batch", options => options.OperatorPolicy = "admin");
            routes.Workers.RequireAuthorization("worker");
            routes.Readers.RequireAuthorization("reader");
            routes.Owners.RequireAuthorization("owner");
            routes.Python.RequireAuthorization("nobody");
        });
        (await SendAsync(client, "POST", "/batch/api/tags", "admin", json: """{"tag":"svr"}""")).ShouldBe(HttpStatusCode.Created);

        foreach (var (method, path, role) in ((string, string, string)[])[
            ("POST", "/api/tags/svr/jobs", "owner"), ("POST", "/api/tags/svr/next", "worker"), ("GET", "/api/tags/svr", "reader"),
            ("GET", "/api/tags/svr/results", "reader"), ("GET", "/t/svr/qr.svg", "reader"),
            ("PUT", "/api/tags/svr/jobs/0/result", "worker"),
            ("POST", "/api/tags/svr/pause", "owner"), ("GET", "/api/tags", "admin")])
        {
            foreach (var who in (string[])["worker", "reader", "owner", "admin"])
            {
                var json = path.EndsWith("jobs", StringComparison.Ordinal) ? """{"jobs":[{}]}""" : "{}";
                var answer = await SendAsync(client, method, "/batch" + path, who, json: json);
                (answer.Status != HttpStatusCode.Forbidden).Should().Be(who == role, $"{method} {path} by {who}: {answer.Text}");
                if (who == role)
                    ((int)answer.Status).Should().BeLessThan(300, $"{method} {path} by {who}: {answer.Text}");
            }
        }
        (await SendAsync(client, "GET", "/batch/t/svr", host: null)).ShouldBe(HttpStatusCode.OK);
        (await SendAsync(client, "POST", "/batch/pyremto", "admin")).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Every_route_is_in_one_group()
    {
        var groups = new Dictionary<string, IEndpointConventionBuilder>(StringComparer.Ordinal);
        using var client = await StartAsync(app =>
        {
            var routes = app.MapPyremto();
            foreach (var (name, group) in ((string, IEndpointConventionBuilder)[])[
                ("worker", routes.Workers), ("reader", routes.Readers), ("owner", routes.Owners), ("operator", routes.Operators),
                ("page", routes.Page), ("python", routes.Python)])
            {
                group.WithMetadata(new Group(name));
            }
        });
        var sources = ((IEndpointRouteBuilder)_apps.Single()).DataSources;
        var endpoints = sources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToArray();

        endpoints.Should().HaveCountGreaterThan(30).And.OnlyContain(endpoint => endpoint.Metadata.GetOrderedMetadata<Group>().Count == 1);
        var byGroup = endpoints.ToLookup(
            endpoint => endpoint.Metadata.GetRequiredMetadata<Group>().Name,
            endpoint => $"{endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods[0]} {endpoint.RoutePattern.RawText}",
            StringComparer.Ordinal);
        byGroup["operator"].Should().BeEquivalentTo("GET /api/tags", "POST /api/tags");
        byGroup["reader"].Should().OnlyContain(route => route.StartsWith("GET ", StringComparison.Ordinal));
        byGroup["owner"].Should().OnlyContain(route => !route.StartsWith("GET ", StringComparison.Ordinal));
        byGroup["worker"].Should().OnlyContain(route =>
            route.Contains("next", StringComparison.Ordinal) || route.Contains("jobs/{id}/", StringComparison.Ordinal)
            || route.Contains("heartbeat", StringComparison.Ordinal) || route == "POST /api/give-up" || route == "POST /api/not-needed");
    }

    [Fact]
    public async Task A_policy_of_the_hosts_stands_for_the_operators_key_where_it_decides_and_nowhere_else()
    {
        using var client = await StartAsync(app => app.MapPyremto(configure: options =>
        {
            options.OperatorPolicy = "admin";
            options.OperatorKey = "an operator's key";
        }));
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9"); // from another machine

        (await SendAsync(client, "GET", "/api/tags", "admin")).ShouldBe(HttpStatusCode.OK);
        (await SendAsync(client, "GET", "/api/tags", "worker")).ShouldBe(HttpStatusCode.Forbidden);
        (await SendAsync(client, "GET", "/api/tags", "worker", "Bearer an operator's key")).ShouldBe(HttpStatusCode.Forbidden);
        (await SendAsync(client, "GET", "/api/tags", host: null)).ShouldBe(HttpStatusCode.Unauthorized);
        using var script = new HttpRequestMessage(HttpMethod.Post, "/");
        script.Headers.Add("backendversion", "2");
        script.Headers.Add("create-tag", "true");
        using var refused = await client.SendAsync(script);
        refused.StatusCode.Should().Be(HttpStatusCode.Unauthorized, "it has no policy of the host's");
    }

    [Fact]
    public async Task A_server_without_policies_refuses_to_start_with_one() =>
        await FluentActions.Awaiting(() => HttpCoordinator.StartAsync(options => options.OperatorPolicy = "admin"))
            .Should().ThrowAsync<OptionsValidationException>().WithMessage("*OperatorPolicy*MapPyremto*");

    [Fact]
    public async Task Our_own_client_leaves_Authorization_to_a_handler_of_its_host()
    {
        using var http = await StartAsync(
            app => app.MapPyremto(configure: options => options.OperatorPolicy = "admin").RequireAuthorization());
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddPyremto().UseHttp(http.BaseAddress!.AbsoluteUri, client => client.LeaveAuthorization = true);
        builder.Services.AddHttpClient("Pyremto").AddHttpMessageHandler(() => new HostsToken("admin"));
        using var host = builder.Build();
        await host.StartAsync();
        var scheduler = host.Services.GetRequiredService<IJobScheduler>();
        var tag = new TagAccess("svr", "secret");

        var created = await scheduler.CreateTagAsync(new CreateTag { Tag = tag.Tag, Password = tag.Password }, CancellationToken.None);
        await scheduler.SetUpJobsAsync(tag, Make.SetUp(1, 1), CancellationToken.None);
        var answer = await scheduler.ExchangeAsync(new ExchangeRequest { Tags = [tag], Worker = "w" }, CancellationToken.None);
        answer.HasJob.Should().BeTrue();
        var viewer = new TagAccess("svr", ViewToken: created.ViewToken);
        (await scheduler.GetProgressAsync(viewer, CancellationToken.None)).InProgress.Should().Be(1);
        (await scheduler.ListTagsAsync(CancellationToken.None).ToListAsync()).Should().ContainSingle();
        var wrong = () => scheduler.GetProgressAsync(new TagAccess("svr", "wrong"), CancellationToken.None).AsTask();
        await wrong.Should().ThrowAsync<WrongPasswordException>();
        await host.StopAsync();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var app in _apps)
            await app.DisposeAsync();
    }

    private async Task<HttpClient> StartAsync(Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddPyremto();
        builder.Services.AddAuthentication("host").AddScheme<AuthenticationSchemeOptions, HostScheme>("host", configureOptions: null);
        var policies = builder.Services.AddAuthorizationBuilder();
        foreach (var role in (string[])["worker", "reader", "owner", "admin", "nobody"])
            policies.AddPolicy(role, policy => policy.RequireRole(role));
        var app = builder.Build();
        _apps.Add(app);
        map(app);
        await app.StartAsync();
        return new HttpClient(new SocketsHttpHandler { UseCookies = false })
        {
            BaseAddress = new Uri(app.Urls.Single()),
            Timeout = HttpCoordinator.Patience,
        };
    }

    private static string Password(string password) => HttpCoordinator.Password(password).ToString();

    private static async Task<Answer> SendAsync(
        HttpClient client, string method, string path, string? host = null, string? ours = null, string json = "{}",
        string? authorization = null, string? cookie = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        authorization = host is null ? authorization : $"Bearer {host}";
        foreach (var (name, value) in ((string, string?)[])[("Authorization", authorization), (Ours, ours), ("Cookie", cookie)])
        {
            if (value is not null)
                request.Headers.TryAddWithoutValidation(name, value);
        }
        if (method != "GET")
            request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(request);
        return new Answer(answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers, answer.Content.Headers);
    }

    private sealed record Group(string Name);

    /// <summary>Adds what the host before the coordinator wants.</summary>
    private sealed class HostsToken(string role) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", role);
            return base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>A host's own users: their tokens are their roles.</summary>
    private sealed class HostScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        private static readonly string[] Roles = ["worker", "reader", "owner", "admin"];

        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var role = Request.Cookies["host"] ?? Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal);
            if (!Roles.Contains(role, StringComparer.Ordinal))
                return Task.FromResult(AuthenticateResult.NoResult());
            var user = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Role, role)], Scheme.Name));
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(user, Scheme.Name)));
        }
    }
}
