using System.Net;
using System.Threading.RateLimiting;

namespace Pyremto;

/// <summary>
/// Counts what addresses did wrong, and tells which are banned (S16); see <see cref="AddressNets"/>. Thread-safe; an address that did
/// nothing wrong for a window is forgotten.
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
    private volatile PartitionedRateLimiter<CountedNet>? _offences;
    private long _lastOffence;

    public AddressBans(int maxOffences, TimeSpan window, TimeProvider time)
    {
        (_maxOffences, _window, _time) = (maxOffences, window, time);
        _memory = window + TimeSpan.FromSeconds(1); // the limiter is up to a tenth late
        _forgetting = time.CreateTimer(static bans => ((AddressBans)bans!).Forget(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether anything is remembered.</summary>
    internal bool IsEmpty => _offences is null;

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
            foreach (var net in AddressNets.Counted(key))
                _offences.AttemptAcquire(net).Dispose();
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
            TimeSpan? longest = null;
            foreach (var net in AddressNets.Counted(key))
            {
                using var lease = offences.AttemptAcquire(net, permitCount: 0);
                if (lease.IsAcquired)
                    continue;
                var left = lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : _window;
                longest = left > longest ? left : longest ?? left;
            }
            return longest;
        }
    }

    /// <summary>How much was done wrong from the address's widest net of late.</summary>
    public int CountOf(IPAddress key)
    {
        lock (_gate)
        {
            var widest = AddressNets.Counted(key).Last();
            return (int)(_offences?.GetStatistics(widest) is { } now ? (_maxOffences * (long)widest.Allowance) - now.CurrentAvailablePermits : 0);
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

    private PartitionedRateLimiter<CountedNet> CreateLimiter() => PartitionedRateLimiter.Create<CountedNet, CountedNet>(
        net => RateLimitPartition.GetFixedWindowLimiter(net, counted => new FixedWindowRateLimiterOptions
        {
            PermitLimit = _maxOffences * counted.Allowance,
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
