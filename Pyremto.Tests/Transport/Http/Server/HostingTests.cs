using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>Coordinators over HTTP in hosts of either kind.</summary>
public sealed class HostingTests
{
    [Fact]
    public async Task Two_coordinators_in_one_process_know_nothing_of_each_other()
    {
        await using var one = await HttpCoordinator.StartAsync();
        await using var other = await HttpCoordinator.StartAsync();
        await one.PostAsync("/api/tags", """{"tag":"svr"}""");
        (await one.GetAsync("/api/tags/svr/exists")).ShouldBe(HttpStatusCode.NoContent);
        (await other.GetAsync("/api/tags/svr/exists")).ShouldBe(HttpStatusCode.NotFound, ErrorCodes.TagUnknown);
    }

    [Fact]
    public async Task One_host_listens_at_two_addresses()
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddPyremto().ListenOnHttp("http://127.0.0.1:0").ListenOnHttp("http://localhost:0");
        using var host = builder.Build();
        await host.StartAsync();
        var addresses = host.Services.GetServices<IPyremtoHttpListener>().SelectMany(listener => listener.Addresses).ToArray();
        addresses.Should().HaveCount(2).And.OnlyHaveUniqueItems();
        using var client = new HttpClient();
        foreach (var address in addresses)
            (await client.GetStringAsync(address + "/api/tags")).Should().Be("[]");
        await host.StopAsync();
    }

    [Fact]
    public async Task Where_it_listens_is_logged_and_requests_are_not()
    {
        var log = new LinesLogger();
        await using var at = await HttpCoordinator.StartAsync(build: builder => builder.Logging.AddProvider(log));
        await at.GetAsync("/api/tags");
        log.Lines.Should().ContainSingle(line => line.Contains(at.Url, StringComparison.Ordinal)).And.NotContain(line => line.StartsWith("Information Request", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_address_that_is_taken_fails_the_start()
    {
        await using var at = await HttpCoordinator.StartAsync();
        await FluentActions.Awaiting(() => HttpCoordinator.StartAsync(url: at.Url)).Should().ThrowAsync<IOException>().WithMessage("*in use*");
    }

    [Fact]
    public async Task The_openapi_document_lists_every_route()
    {
        await using var at = await HttpCoordinator.StartAsync();
        var document = (await at.GetAsync("/openapi/v1.json")).Json;
        var described = document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(verb => $"{verb.Key.ToUpperInvariant()} {path.Key}")).Order(StringComparer.Ordinal);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddPyremto();
        await using var app = builder.Build();
        app.MapPyremto();
        var mapped = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<RouteText>() is not null) // all but the protocol of the Python package
            .Select(endpoint => $"{endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Single()} {endpoint.RoutePattern.RawText}")
            .Order(StringComparer.Ordinal).ToArray();
        mapped.Should().HaveCountGreaterThan(20);
        described.Should().Equal(mapped);

        var setUp = document["paths"]!["/api/tags/{tag}/jobs"]!["post"]!;
        var schema = (string)setUp["requestBody"]!["content"]!["application/json"]!["schema"]!["$ref"]!;
        var properties = document["components"]!["schemas"]![schema.Split('/')[^1]]!["properties"]!.AsObject();
        properties.Select(property => property.Key).Should().Equal(
            "jobs", "max_redistribution_attempts", "lease_seconds", "retry_delay_seconds", "policy", "repetitions", "request_id");
        ((string)properties["lease_seconds"]!["type"]!).Should().Be("number");
        setUp["responses"]!["default"]!["content"]!["application/problem+json"].Should().NotBeNull();
        ((string)document["paths"]!["/api/tags/{tag}/jobs/{id}/result"]!["put"]!["parameters"]![1]!["name"]!).Should().Be("id");
    }

    [Fact]
    public async Task A_host_of_asp_net_core_maps_the_routes_among_its_own_under_a_prefix()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("Pyremto:Http:MaxRequestBytes", "2000")]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddPyremto();
        await using var app = builder.Build();
        app.MapGet("/", () => "mine");
        app.MapPyremto("/batch/");
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        (await client.GetStringAsync("/")).Should().Be("mine");
        using var content = new StringContent("""{"tag":"svr"}""", System.Text.Encoding.UTF8, "application/json");
        using var created = await client.PostAsync("/batch/api/tags", content);
        created.StatusCode.Should().Be(HttpStatusCode.Created);
        created.Headers.Location!.ToString().Should().Be("/batch/api/tags/svr");
        ((string)JsonNode.Parse(await created.Content.ReadAsStringAsync())!["progress_url"]!).Should().Be(client.BaseAddress + "batch/t/svr");
        using var large = new StringContent(new string(' ', 3000), System.Text.Encoding.UTF8, "application/json");
        (await client.PostAsync("/batch/api/next", large)).StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        (await client.GetAsync("/api/tags")).StatusCode.Should().Be(HttpStatusCode.NotFound);
        await app.StopAsync();
    }

    [Fact]
    public async Task The_coordinators_span_joins_the_trace_of_who_asks()
    {
        var spans = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Pyremto" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var at = await HttpCoordinator.StartAsync();
        await at.SetUpAsync("svr", 1);
        var trace = ActivityTraceId.CreateRandom();
        var worker = ActivitySpanId.CreateRandom();

        await at.SendAsync(HttpMethod.Post, "/api/tags/svr/next", "{}", change: request => request.Headers.Add("traceparent", $"00-{trace}-{worker}-01"));

        await at.StopAsync(); // all spans have ended
        var exchange = Find("pyremto.exchange");
        var request = Find("Microsoft.AspNetCore.Hosting.HttpRequestIn");
        request.ParentSpanId.Should().Be(worker);
        exchange.ParentSpanId.Should().Be(request.SpanId);

        Activity Find(string name) => spans.Should().ContainSingle(span => span.TraceId == trace && span.OperationName == name).Subject;
    }

    [Fact]
    public async Task What_goes_wrong_unforeseen_is_told_by_an_id_that_the_log_explains()
    {
        var log = new LinesLogger();
        await using var at = await HttpCoordinator.StartAsync(build: builder =>
        {
            builder.Logging.AddProvider(log);
            builder.Services.AddPyremto().UseRemoteScheduler("UseBroken()", _ => new Workers.ScriptedScheduler());
        });
        var answer = await at.GetAsync("/api/tags/svr");
        answer.ShouldBe(HttpStatusCode.InternalServerError, ErrorCodes.InternalError);
        var id = ((string)answer.Json["detail"]!).Split(' ', ':')[2];
        log.Lines.Should().ContainSingle(line => line.Contains(id, StringComparison.Ordinal)).Which.Should().Contain(nameof(NotSupportedException));
        answer.Text.Should().NotContain(nameof(NotSupportedException)).And.NotContain(" at ");
    }
}
