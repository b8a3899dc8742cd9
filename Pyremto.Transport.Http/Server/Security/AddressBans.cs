using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace Pyremto;

/// <summary>
/// Counts what addresses did wrong, and tells which are banned (S16). IPv6 counts by its /64, which is what one customer has.
/// Thread-safe; an address that did nothing wrong for a window is forgotten.
/// </summary>
/// <remarks>
/// A partitioned limiter looks at its partitions ten times a second as long as it lives, also at none. So there is one only from an offence on
/// until all are forgotten: a coordinator whose workers wait is to use no processor time.
/// </remarks>
internal sealed class AddressBans : IDisposable
{
    private readonly Lock _gate = new();
    private readonly int _maxOffences;
    private readonly TimeSpan _window;
    private readonly TimeSpan _memory;
    private readonly TimeProvider _time; // for when to forget; the limiter has a clock of its own
    private readonly ITimer _forgetting;
    private volatile PartitionedRateLimiter<IPAddress>? _offences;
    private long _lastOffence;

    public AddressBans(int maxOffences, TimeSpan window, TimeProvider time)
    {
        (_maxOffences, _window, _time) = (maxOffences, window, time);
        _memory = window + TimeSpan.FromSeconds(1); // the limiter is up to a tenth late
        _forgetting = time.CreateTimer(static bans => ((AddressBans)bans!).Forget(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether anything is remembered.</summary>
    internal bool IsEmpty => _offences is null;

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
    public void Offend(IPAddress key)
    {
        lock (_gate)
        {
            _lastOffence = _time.GetTimestamp();
            if (_offences is null)
            {
                _offences = CreateLimiter();
                _forgetting.Change(_memory, Timeout.InfiniteTimeSpan);
            }
            _offences.AttemptAcquire(key).Dispose();
        }
    }

    /// <summary>How long the address is still banned; null if it is not.</summary>
    public TimeSpan? BannedFor(IPAddress key)
    {
        if (_offences is null)
            return null;
        lock (_gate)
        {
            if (_offences is not { } offences)
                return null;
            using var lease = offences.AttemptAcquire(key, permitCount: 0);
            if (lease.IsAcquired)
                return null;
            return lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : _window;
        }
    }

    /// <exception cref="BannedException">The address is banned.</exception>
    public void Refuse(IPAddress key)
    {
        if (BannedFor(key) is { } retryAfter)
            throw new BannedException("This address sent too many wrong credentials or too large bodies: try again later.", retryAfter);
    }

    public void Dispose()
    {
        _forgetting.Dispose();
        lock (_gate)
            DropLimiter();
    }

    private PartitionedRateLimiter<IPAddress> CreateLimiter() => PartitionedRateLimiter.Create<IPAddress, IPAddress>(
        address => RateLimitPartition.GetFixedWindowLimiter(address, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = _maxOffences,
            Window = _window,
            QueueLimit = 0,
        }));

    private void Forget()
    {
        lock (_gate)
        {
            var left = _memory - _time.GetElapsedTime(_lastOffence);
            if (left <= TimeSpan.Zero)
                DropLimiter();
            else
                _forgetting.Change(left, Timeout.InfiniteTimeSpan);
        }
    }

    private void DropLimiter()
    {
        _offences?.Dispose();
        _offences = null;
    }
}
