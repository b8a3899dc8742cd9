using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>
/// By which hosts a coordinator may be called, and who is believed to be local by them: host x where it listens x where the request
/// arrives (S15, S16).
/// </summary>
public sealed class ServedHostTests
{
    private const string Named = "named.test";
    private const string Loopback4 = "127.0.0.1";
    private const string AnotherLoopback4 = "127.0.0.2";
    private const string Loopback6 = "::1";
    private const string Lan = "the machine's own address";

    private static readonly string[] Trusted =
        ["localhost", "LOCALHOST:99", "localhost.", "127.0.0.1", "127.9.9.9:80", "[::1]:5080", "[::ffff:127.0.0.2]"];

    /// <summary>What the operator named, and addresses, which a port forward may have and no name server gives away.</summary>
    private static readonly string[] Served =
        [Named, Named + ":1", "169.254.169.254", "192.0.2.99:80", "0.0.0.0", "[2001:db8::99]"];

    private static readonly string[] Foreign =
    [
        "stranger.test", "stranger.test:5080", "localhost.stranger.test", Dns.GetHostName() + ".stranger.test", "127.0.0.1.stranger.test",
    ];

    private static readonly string[] Routes =
        ["/api/tags", "/api/tags/svr", "/t/svr", "/page/page.js", "/health/live", "/health/ready", "/openapi/v1.json"];

    /// <summary>Where it listens, where a request arrives, and whether others reach it by the machine's names there.</summary>
    public static TheoryData<string, string, bool> Ways => new()
    {
        { "http://127.0.0.1:0", Loopback4, false },
        { "http://127.0.0.2:0", AnotherLoopback4, false },
        { "http://[::1]:0", Loopback6, false },
        { "http://0.0.0.0:0", Loopback4, true },
        { "http://0.0.0.0:0", AnotherLoopback4, true },
        { "http://0.0.0.0:0", Lan, true },
        { "http://*:0", Loopback4, true },
        { "http://*:0", AnotherLoopback4, true },
        { "http://*:0", Loopback6, true },
        { "http://*:0", Lan, true },
        { "http://any-name.test:0", AnotherLoopback4, true },
    };

    [SkippableTheory]
    [MemberData(nameof(Ways))]
    public async Task A_host_is_served_where_it_is_this_machine_and_believed_where_no_name_server_can_have_led_it_here(
        string url, string arrival, bool isOpen)
    {
        var destination = Destination(arrival);
        await using var at = await StartAsync(url, options => options.AllowedHosts.Add(Named));
        using var client = Client(at, destination);
        var own = MachineAddress.Find() is { } address ? new[] { Written(address), Written(address) + ":5080" } : [];
        string[] names = [Dns.GetHostName(), Dns.GetHostName() + ".local:5080"];
        var isLoopback = IPAddress.IsLoopback(destination);

        foreach (var host in Trusted)
            await ShouldAsync(host, isLoopback ? HttpStatusCode.OK : HttpStatusCode.Unauthorized);
        foreach (var host in Served)
            await ShouldAsync(host, HttpStatusCode.Unauthorized);
        foreach (var host in names.Concat(isOpen ? own : []))
            await ShouldAsync(host, isOpen ? HttpStatusCode.Unauthorized : HttpStatusCode.MisdirectedRequest);
        foreach (var host in Foreign)
            await ShouldAsync(host, HttpStatusCode.MisdirectedRequest);
        if (url.Contains("any-name", StringComparison.Ordinal))
            await ShouldAsync("any-name.test", HttpStatusCode.Unauthorized);

        async Task ShouldAsync(string host, HttpStatusCode status)
        {
            var listing = await GetAsync(client, host, "/api/tags");
            listing.Status.Should().Be(status, $"{host} at {destination} of {url}: {listing.Text}");
        }
    }

    [Theory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://*:0")]
    public async Task Every_route_asks_for_the_host(string url)
    {
        await using var at = await StartAsync(url);
        await at.SetUpAsync("svr", 1);
        using var client = Client(at, IPAddress.Parse(url.Contains('*', StringComparison.Ordinal) ? AnotherLoopback4 : Loopback4));
        foreach (var route in Routes)
        {
            (await GetAsync(client, "stranger.test", route)).ShouldBe(HttpStatusCode.MisdirectedRequest, ErrorCodes.InvalidRequest);
            (await GetAsync(client, "localhost", route)).Status.Should().NotBe(HttpStatusCode.MisdirectedRequest);
        }
        foreach (var path in (string[])["/", "/pyremto"])
        {
            using var call = new HttpRequestMessage(HttpMethod.Post, path) { Headers = { Host = "stranger.test" } };
            call.Headers.Add("backendversion", "2");
            call.Headers.Add("create-tag", "true");
            using var answer = await client.SendAsync(call);
            answer.StatusCode.Should().Be(HttpStatusCode.MisdirectedRequest);
        }
    }

    [Fact]
    public async Task Where_every_host_is_allowed_none_but_known_ones_is_believed_or_repeated()
    {
        await using var at = await StartAsync("http://*:0", options => options.AllowedHosts.Add("*"));
        using var client = Client(at, IPAddress.Parse(AnotherLoopback4));
        var created = await at.Scheduler.CreateTagAsync(new CreateTag { Tag = "svr" }, CancellationToken.None);

        (await GetAsync(client, "stranger.test", "/api/tags")).ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
        (await GetAsync(client, "localhost", "/api/tags")).ShouldBe(HttpStatusCode.OK);
        var link = await GetAsync(client, "stranger.test:81", "/api/tags/svr/page");
        link.Text.Should().Contain("/t/svr").And.NotContain("stranger");
        using var creation = new HttpRequestMessage(HttpMethod.Post, "/api/tags")
        {
            Headers = { Host = "stranger.test", Authorization = HttpCoordinator.Token("an operator's key") },
            Content = new StringContent("{}", Encoding.UTF8, "application/json"),
        };
        using var answer = await client.SendAsync(creation);
        answer.StatusCode.Should().Be(HttpStatusCode.Created);
        (await answer.Content.ReadAsStringAsync()).Should().Contain("/t/").And.NotContain("stranger");
        created.Tag.Should().Be("svr");
    }

    [Theory]
    [InlineData("named.test", "NAMED.test")]
    [InlineData("named.test:5080", "named.test")]
    [InlineData("192.0.2.99", "192.0.2.99")]
    [InlineData("2001:db8::99", "[2001:db8:0::99]")]
    [InlineData("[2001:db8::99]:5080", "[2001:db8::99]")]
    public void What_was_allowed_is_meant_whatever_way_it_is_written(string allowed, string host)
    {
        var options = new PyremtoHttpOptions { AllowedHosts = { allowed } };
        var hosts = new ServedHosts(options, new MachineIdentity(() => [], () => [], TimeProvider.System), () => true);
        hosts.Of(host, IPAddress.Parse("10.0.0.7")).Should().Be(HostStanding.Own);
        hosts.Of("other.test", IPAddress.Parse("10.0.0.7")).Should().Be(HostStanding.Foreign);
    }

    [Fact]
    public void A_machine_goes_by_its_name_alone_and_in_the_domains_that_it_looks_up_names_in()
    {
        MachineIdentity.NamesOf("box", ["corp.example", "example.org."]).Should()
            .BeEquivalentTo("box", "box", "box.local", "box.corp.example", "box.example.org");
        MachineIdentity.NamesOf("box.corp.example", []).Should().BeEquivalentTo("box.corp.example", "box", "box.local");
    }

    [Fact]
    public void Its_addresses_are_looked_up_again_after_a_minute()
    {
        var time = new FakeTimeProvider();
        IPAddress[] addresses = [IPAddress.Parse("10.0.0.7")];
        var machine = new MachineIdentity(() => [], () => addresses, time);
        machine.HasAddress(IPAddress.Parse("10.0.0.7")).Should().BeTrue();
        addresses = [IPAddress.Parse("10.0.0.8")];
        machine.HasAddress(IPAddress.Parse("10.0.0.8")).Should().BeFalse("it was looked up just now");
        time.Advance(TimeSpan.FromSeconds(61));
        machine.HasAddress(IPAddress.Parse("10.0.0.8")).Should().BeTrue();
    }

    private static Task<HttpCoordinator> StartAsync(string url, Action<PyremtoHttpOptions>? configure = null) => HttpCoordinator.StartAsync(
        options =>
        {
            options.OperatorKey = "an operator's key";
            configure?.Invoke(options);
        },
        WithHealth,
        url);

    internal static void WithHealth(HostApplicationBuilder builder) => builder.Services.AddHealthChecks().AddPyremto();

    private static IPAddress Destination(string arrival)
    {
        Skip.If(arrival == Loopback6 && !Socket.OSSupportsIPv6, "There is no IPv6 here.");
        var address = arrival == Lan ? MachineAddress.Find() : IPAddress.Parse(arrival);
        Skip.If(
            address is null || (arrival == AnotherLoopback4 && !OperatingSystem.IsLinux()),
            $"This machine has no address like that: {arrival}.");
        return address!;
    }

    private static HttpClient Client(HttpCoordinator at, IPAddress destination)
    {
        var port = new Uri(at.Url).Port;
        return new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(destination.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(destination, port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = new Uri("http://localhost"), Timeout = HttpCoordinator.Patience };
    }

    private static async Task<Answer> GetAsync(HttpClient client, string host, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } };
        using var answer = await client.SendAsync(request);
        return new Answer(answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers, answer.Content.Headers);
    }

    private static string Written(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
}
