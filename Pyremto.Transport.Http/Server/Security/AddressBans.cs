using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace Pyremto;

/// <summary>
/// Counts what addresses did wrong, and tells which are banned (S16). IPv6 counts by its /64, which is what one customer has.
/// Thread-safe; an address that did nothing wrong for a window is forgotten.
/// </summary>
internal sealed class AddressBans(int maxOffences, TimeSpan window) : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress> _offences = PartitionedRateLimiter.Create<IPAddress, IPAddress>(
        address => RateLimitPartition.GetFixedWindowLimiter(address, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = maxOffences,
            Window = window,
            QueueLimit = 0,
        }));

    /// <summary>What stands for an address here.</summary>
    public static IPAddress Key(IPAddress? address)
    {
        if (address is null)
            return IPAddress.Loopback; // a test server or a socket file: local
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(address))
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    /// <summary>Notes a wrong credential or a body that is too large.</summary>
    public void Offend(IPAddress key) => _offences.AttemptAcquire(key).Dispose();

    /// <summary>How long the address is still banned; null if it is not.</summary>
    public TimeSpan? BannedFor(IPAddress key)
    {
        using var lease = _offences.AttemptAcquire(key, permitCount: 0);
        if (lease.IsAcquired)
            return null;
        return lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : window;
    }

    /// <exception cref="BannedException">The address is banned.</exception>
    public void Refuse(IPAddress key)
    {
        if (BannedFor(key) is { } retryAfter)
            throw new BannedException("This address sent too many wrong credentials or too large bodies: try again later.", retryAfter);
    }

    public void Dispose() => _offences.Dispose();
}
