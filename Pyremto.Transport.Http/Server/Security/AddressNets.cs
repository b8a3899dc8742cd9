using System.Net;
using System.Net.Sockets;

namespace Pyremto;

/// <summary>
/// What counts as one address: all of loopback; an IPv4 one; of IPv6 a /64, which is the least that anybody has. Customers have a /56 or a
/// /48 as well, and with it 256 or 65,536 of those: so offences are counted for these too.
/// </summary>
internal static class AddressNets
{
    private const int Narrow = 64;
    private const int Wide = 48;

    /// <summary>What stands for an address.</summary>
    public static IPAddress Key(IPAddress? address)
    {
        if (address is null || IPAddress.IsLoopback(address))
            return IPAddress.Loopback; // none: a test server or a socket file
        if (address.IsIPv4MappedToIPv6)
            return Key(address.MapToIPv4());
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Cut(address, Narrow) : address;
    }

    /// <summary>The widest net that may be one customer's.</summary>
    /// <param name="key">What <see cref="Key"/> answered.</param>
    public static IPAddress Widest(IPAddress key) => key.AddressFamily == AddressFamily.InterNetworkV6 ? Cut(key, Wide) : key;

    /// <summary>The nets that are counted for an address, each with how many times an address's offences it may have.</summary>
    /// <inheritdoc cref="Widest"/>
    public static IEnumerable<CountedNet> Counted(IPAddress key)
    {
        yield return new CountedNet(key, Narrow, 1);
        if (key.AddressFamily != AddressFamily.InterNetworkV6)
            yield break;
        yield return new CountedNet(Cut(key, 56), 56, 2);
        yield return new CountedNet(Cut(key, Wide), Wide, 4);
    }

    private static IPAddress Cut(IPAddress address, int bits)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[(bits / 8)..].Clear();
        return new IPAddress(bytes);
    }
}

/// <summary>A net whose offences are counted.</summary>
/// <param name="Start">Its first address.</param>
/// <param name="Bits">Its prefix; of no meaning for IPv4.</param>
/// <param name="Allowance">How many times an address's offences it may have.</param>
internal readonly record struct CountedNet(IPAddress Start, int Bits, int Allowance);
