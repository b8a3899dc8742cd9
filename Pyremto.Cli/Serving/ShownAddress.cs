using System.Net;

namespace Pyremto.Cli.Serving;

/// <summary>Addresses as they are told to people.</summary>
internal static class ShownAddress
{
    /// <summary>An address as this machine would write it.</summary>
    public static Uri ForThisMachine(Uri address)
    {
        var isAny = IPAddress.TryParse(address.DnsSafeHost, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any));
        return isAny ? new UriBuilder(address) { Host = "localhost" }.Uri : address;
    }

    /// <summary>An address as people write it.</summary>
    public static string Text(Uri address) => address.AbsoluteUri.TrimEnd('/');
}
