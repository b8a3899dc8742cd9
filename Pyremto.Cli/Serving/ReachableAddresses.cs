using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Pyremto.Cli.Serving;

/// <summary>Under which addresses others reach what listens here.</summary>
internal static class ReachableAddresses
{
    /// <summary>An address as another machine would write it: where all of this machine's are listened at, the one that leads outside.</summary>
    public static Uri ForOthers(Uri address)
    {
        if (!IPAddress.TryParse(address.DnsSafeHost, out var ip) || !(ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)))
            return address;
        return new UriBuilder(address) { Host = Outside()?.ToString() ?? Dns.GetHostName() }.Uri;
    }

    /// <summary>An address as this machine would write it.</summary>
    public static Uri ForThisMachine(Uri address)
    {
        var isAny = IPAddress.TryParse(address.DnsSafeHost, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any));
        return isAny ? new UriBuilder(address) { Host = "localhost" }.Uri : address;
    }

    /// <summary>An address as people write it.</summary>
    public static string Text(Uri address) => address.AbsoluteUri.TrimEnd('/');

    /// <summary>The address of this machine by which it reaches others; null where it has none.</summary>
    private static IPAddress? Outside() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(static card => card.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown
                && card.NetworkInterfaceType is not NetworkInterfaceType.Loopback)
            .Select(static card => card.GetIPProperties())
            .OrderByDescending(static card => card.GatewayAddresses.Any(gateway => !gateway.Address.Equals(IPAddress.Any)))
            .SelectMany(static card => card.UnicastAddresses)
            .Select(static unicast => unicast.Address)
            .FirstOrDefault(static address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
}
