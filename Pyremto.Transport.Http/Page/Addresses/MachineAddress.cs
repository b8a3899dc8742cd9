using System.Buffers;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Pyremto;

/// <summary>The address under which other devices of the same network reach this machine: the default route's own, never that of a container's or a VPN's bridge.</summary>
internal static class MachineAddress
{
    private const int AnyPort = 9;

    // Addresses of documentation (RFC 5737, RFC 3849): nobody has them, so they are reached by the default route.
    private static readonly IPAddress[] Elsewhere = [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1")];

    /// <summary>Null where the machine is in no network.</summary>
    public static IPAddress? Find() => Choose([.. Elsewhere.Select(Routed).OfType<IPAddress>()], NetworkFace.All());

    /// <summary>Chooses among what the system says.</summary>
    /// <param name="routed">The machine's own addresses towards the default gateways.</param>
    /// <param name="faces">Its interfaces.</param>
    internal static IPAddress? Choose(IReadOnlyList<IPAddress> routed, IReadOnlyList<NetworkFace> faces)
    {
        foreach (var address in routed)
        {
            var face = faces.FirstOrDefault(face => face.Addresses.Contains(address));
            if (IsUseful(address) && face is not { IsVirtual: true })
                return address;
        }
        // The default route leads into a tunnel, or there is none: then the machine's own network.
        return faces.Where(face => !face.IsVirtual)
            .OrderByDescending(face => face.HasGateway)
            .SelectMany(face => face.Addresses)
            .Where(IsUseful)
            .OrderBy(address => address.AddressFamily == AddressFamily.InterNetwork ? 0 : 1)
            .FirstOrDefault();
    }

    /// <summary>Whether a phone could be told it.</summary>
    private static bool IsUseful(IPAddress address) =>
        !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
        && address.GetAddressBytes() is not [169, 254, _, _];

    /// <summary>Asks the kernel; connecting a UDP socket sends nothing.</summary>
    private static IPAddress? Routed(IPAddress target)
    {
        try
        {
            using var socket = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(target, AnyPort);
            return (socket.LocalEndPoint as IPEndPoint)?.Address;
        }
        catch (SocketException) // no network, or none of that kind
        {
            return null;
        }
    }
}

/// <summary>A network interface, as far as <see cref="MachineAddress"/> looks at it.</summary>
/// <param name="Name">Its name and what the system says of it.</param>
/// <param name="Type">Its kind.</param>
/// <param name="HasGateway">Whether it leads elsewhere.</param>
/// <param name="Addresses">The machine's addresses there.</param>
internal sealed record NetworkFace(string Name, NetworkInterfaceType Type, bool HasGateway, IReadOnlyList<IPAddress> Addresses)
{
    private static readonly string[] Beginnings =
    [
        "docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "lxc", "lxd", "cni", "flannel", "cali", "podman", "tun", "tap", "utun", "wg", "ppp", "ipsec",
        "tailscale", "zt", "nordlynx", "proton", "vEthernet",
    ];

    private static readonly SearchValues<char> OfDomains =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.");

    private static readonly string[] Words = ["virtual", "vpn", "tap-windows", "wireguard", "tunnel"];

    /// <summary>Whether it leads to containers, virtual machines or through a tunnel, and to no device beside this one.</summary>
    public bool IsVirtual =>
        Type is NetworkInterfaceType.Loopback or NetworkInterfaceType.Tunnel or NetworkInterfaceType.Ppp
        || Beginnings.Any(beginning => Name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
        || Words.Any(word => Name.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Those that are up.</summary>
    public static IReadOnlyList<NetworkFace> All()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces().Where(face => face.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown).Select(Of)];
        }
        catch (NetworkInformationException) // a sandbox that hides them
        {
            return [];
        }
    }

    /// <summary>The domains in which the machine looks up names that have none.</summary>
    public static IReadOnlyList<string> Domains()
    {
        try
        {
            var suffixes = NetworkInterface.GetAllNetworkInterfaces().Select(face => face.GetIPProperties().DnsSuffix);
            return [.. suffixes.Append(IPGlobalProperties.GetIPGlobalProperties().DomainName)
                .SelectMany(suffix => suffix.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
                .Where(domain => domain.AsSpan().IndexOfAnyExcept(OfDomains) < 0)
                .Distinct(StringComparer.OrdinalIgnoreCase)];
        }
        catch (Exception error) when (error is NetworkInformationException or PlatformNotSupportedException)
        {
            return [];
        }
    }

    private static NetworkFace Of(NetworkInterface face)
    {
        var properties = face.GetIPProperties();
        return new NetworkFace(
            face.Name == face.Description ? face.Name : $"{face.Name} {face.Description}", face.NetworkInterfaceType,
            properties.GatewayAddresses.Any(gateway => !gateway.Address.Equals(IPAddress.Any)),
            [.. properties.UnicastAddresses.Select(address => address.Address)]);
    }
}
