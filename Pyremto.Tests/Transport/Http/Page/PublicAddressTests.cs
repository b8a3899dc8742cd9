using System.Net;
using System.Net.NetworkInformation;
using Microsoft.AspNetCore.Http;

namespace Pyremto.Tests.Transport.Http.Page;

/// <summary>The address that links and codes hold: one that a phone in the same network reaches.</summary>
public sealed class PublicAddressTests
{
    private static readonly IPAddress Lan = IPAddress.Parse("192.168.1.23");

    [Theory]
    [InlineData("http://[::]:5080", "localhost:5080", 5080, "http://192.168.1.23:5080")]
    [InlineData("http://0.0.0.0:5080", "127.0.0.1:5080", 5080, "http://192.168.1.23:5080")]
    [InlineData("http://*:80", "[::1]", 80, "http://192.168.1.23")]
    [InlineData("http://[::]:5080", "box.local:5080", 5080, "http://box.local:5080")]
    [InlineData("http://[::]:5080", "10.0.0.7", 5080, "http://10.0.0.7")]
    [InlineData("http://[::]:5080", "stranger.test:81", 5080, "http://192.168.1.23:5080")]
    [InlineData("http://127.0.0.1:5080", "stranger.test:81", 5080, "http://10.0.0.7:5080")]
    [InlineData("http://localhost:5080", "localhost:5080", 5080, "http://localhost:5080")]
    [InlineData("http://[::]:5081", "localhost:5080", 5080, "http://localhost:5080")]
    [InlineData("http://192.168.1.5:5080", "localhost:5080", 5080, "http://localhost:5080")]
    public void A_request_is_told_where_it_went_unless_that_was_loopback_of_a_server_that_listens_everywhere_or_a_foreign_host(
        string bound, string host, int port, string expected)
    {
        var address = Address(new PyremtoHttpOptions(), [bound]);
        address.Of(Request(host, port)).Should().Be(expected + "/base/jobs");
    }

    [Theory]
    [InlineData("https://jobs.example.org/x/")]
    [InlineData("https://jobs.example.org/x")]
    public void What_was_configured_counts_before_all(string publicUrl)
    {
        var address = Address(new PyremtoHttpOptions { PublicUrl = new Uri(publicUrl) }, ["http://[::]:5080"]);
        address.Of(Request("localhost:5080", 5080)).Should().Be("https://jobs.example.org/x");
        address.OfServer().Should().Be("https://jobs.example.org/x");
    }

    [Theory]
    [InlineData("http://[::]:5080", "http://192.168.1.23:5080/jobs")]
    [InlineData("http://+:5080", "http://192.168.1.23:5080/jobs")]
    [InlineData("http://localhost:5080;http://*:5081;https://*:5443", "https://192.168.1.23:5443/jobs")]
    [InlineData("http://*:5081;http://10.0.0.7:5080", "http://10.0.0.7:5080/jobs")]
    [InlineData("http://[2001:db8::7]:5080", "http://[2001:db8::7]:5080/jobs")]
    [InlineData("http://127.0.0.1:5080", "http://127.0.0.1:5080/jobs")]
    [InlineData("http://unix:/run/x.sock", null)]
    [InlineData("", null)]
    public void Without_a_request_the_server_says_where_it_listens_best_for_others(string bound, string? expected) =>
        Address(new PyremtoHttpOptions(), bound.Split(';', StringSplitOptions.RemoveEmptyEntries)).OfServer().Should().Be(expected);

    [Fact]
    public void A_machine_in_no_network_has_its_loopback_and_a_hint()
    {
        var options = new PyremtoHttpOptions();
        var address = new PublicAddress(options, "", Hosts(options), () => ["http://[::]:5080"], () => null);
        address.OfServer().Should().Be("http://localhost:5080");
        new PageLink(new Uri(address.OfServer()!)).Hint.Should().Contain("PublicUrl").And.NotContain("\n");
        new PageLink(new Uri("http://192.168.1.23:5080/t/svr#view=x")).Hint.Should().BeNull();
    }

    [Fact]
    public void A_link_as_text_holds_no_token() =>
        new PageLink(new Uri("http://192.168.1.23:5080/t/svr#view=secret")).ToString().Should().Be("http://192.168.1.23:5080/t/svr");

    [Fact]
    public void The_default_routes_own_address_is_chosen()
    {
        MachineAddress.Choose([Lan], [Face("docker0", "172.17.0.1"), Face("eth1", "10.0.0.1"), Face("wlan0", "192.168.1.23")]).Should().Be(Lan);
        MachineAddress.Choose([Lan], []).Should().Be(Lan, "interfaces may be hidden");
    }

    [Theory]
    [InlineData("tun0", NetworkInterfaceType.Unknown)]
    [InlineData("wg0", NetworkInterfaceType.Unknown)]
    [InlineData("utun4", NetworkInterfaceType.Unknown)]
    [InlineData("tailscale0", NetworkInterfaceType.Unknown)]
    [InlineData("docker0", NetworkInterfaceType.Ethernet)]
    [InlineData("br-5f1c", NetworkInterfaceType.Ethernet)]
    [InlineData("Ethernet 3 TAP-Windows Adapter V9", NetworkInterfaceType.Ethernet)]
    [InlineData("anything", NetworkInterfaceType.Tunnel)]
    public void Where_the_default_route_leads_into_a_bridge_or_tunnel_the_machines_own_network_is_chosen(string name, NetworkInterfaceType type)
    {
        var tunnel = new NetworkFace(name, type, HasGateway: true, [IPAddress.Parse("10.8.0.2")]);
        MachineAddress.Choose([IPAddress.Parse("10.8.0.2")], [tunnel, Face("eth9", "10.1.1.1"), Face("wlan0", "192.168.1.23") with { HasGateway = true }]).Should().Be(Lan);
        MachineAddress.Choose([IPAddress.Parse("10.8.0.2")], [tunnel]).Should().BeNull();
    }

    [Fact]
    public void Addresses_that_no_phone_reaches_are_not_chosen()
    {
        var face = new NetworkFace("eth0", NetworkInterfaceType.Ethernet, HasGateway: true,
            [IPAddress.Loopback, IPAddress.Parse("169.254.3.4"), IPAddress.Parse("fe80::1"), IPAddress.Parse("2001:db8::5"), Lan]);
        MachineAddress.Choose([], [face]).Should().Be(Lan);
        MachineAddress.Choose([IPAddress.Loopback], [face with { Addresses = [IPAddress.Parse("fe80::1")] }]).Should().BeNull();
    }

    [Fact]
    public void This_machine_answers_with_an_address_of_its_own_or_none()
    {
        var found = MachineAddress.Find();
        if (found is not null)
            NetworkFace.All().Where(face => !face.IsVirtual).SelectMany(face => face.Addresses).Should().Contain(found);
    }

    [Fact]
    public void Of_several_servers_the_one_that_others_reach_is_named()
    {
        var hosts = new PageHosts();
        hosts.AddressOf("svr").Should().BeNull();
        hosts.Add(Address(new PyremtoHttpOptions(), []));
        hosts.AddressOf("svr").Should().BeNull();
        hosts.Add(Address(new PyremtoHttpOptions(), ["http://localhost:1"]));
        hosts.AddressOf("a/ü").Should().Be(new Uri("http://localhost:1/jobs/t/a%2F%C3%BC"));
        hosts.Add(Address(new PyremtoHttpOptions(), ["http://[::]:2"]));
        hosts.AddressOf("svr").Should().Be(new Uri("http://192.168.1.23:2/jobs/t/svr"));
    }

    private static PublicAddress Address(PyremtoHttpOptions options, string[] bound) =>
        new(options, "/jobs", Hosts(options), () => bound, () => Lan);

    private static ServedHosts Hosts(PyremtoHttpOptions options) =>
        new(options, new MachineIdentity(() => ["box.local"], () => [], TimeProvider.System), () => true);

    private static NetworkFace Face(string name, string address) => new(name, NetworkInterfaceType.Ethernet, HasGateway: false, [IPAddress.Parse(address)]);

    private static HttpRequest Request(string host, int port)
    {
        var context = new DefaultHttpContext();
        (context.Request.Scheme, context.Request.Host, context.Request.PathBase) = ("http", new HostString(host), "/base");
        (context.Connection.LocalIpAddress, context.Connection.LocalPort) = (IPAddress.Parse("::ffff:10.0.0.7"), port);
        return context.Request;
    }
}
