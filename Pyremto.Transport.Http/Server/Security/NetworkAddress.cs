using System.Net;
using System.Net.Sockets;

namespace Pyremto;

/// <summary>
/// Addresses as they are meant. A server that listens on all addresses hears of IPv4 ones mapped to IPv6, of which .NET takes 127.0.0.1
/// alone for loopback; so they are mapped back before anything is decided by them.
/// </summary>
internal static class NetworkAddress
{
    /// <summary>The address without its mapping, and without the number of an interface, which is no part of a name.</summary>
    public static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 } ? new IPAddress(address.GetAddressBytes())
        : address;

    /// <summary>Whether it leads to the machine that uses it.</summary>
    public static bool IsLoopback(IPAddress address) => IPAddress.IsLoopback(Plain(address));

    /// <summary>Whether a host's name or address leads to the machine that uses it, whatever a name server says.</summary>
    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (Parse(host) is { } address && IPAddress.IsLoopback(address));

    /// <summary>The plain address that a host is written as, in brackets or not, with a port or not; null if it is a name.</summary>
    public static IPAddress? Parse(string host) => IPEndPoint.TryParse(host, out var endpoint) ? Plain(endpoint.Address) : null;
}
