using System.Net;
using System.Threading.RateLimiting;

namespace Pyremto;

/// <summary>
/// Lets one request of an address after the other have what costs much; the longest waiting first. Thread-safe.
/// </summary>
/// <param name="mostInLine">How many of an address may wait.</param>
/// <remarks>There is a limiter only while somebody has a turn or waits for one, for the reason that <see cref="AddressBans"/> has.</remarks>
internal sealed class AddressTurns(int mostInLine)
{
    private readonly Lock _gate = new();
    private PartitionedRateLimiter<IPAddress>? _limiter;
    private int _users;

    /// <summary>Whether nobody has a turn or waits for one.</summary>
    internal bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _limiter is null;
        }
    }

    /// <summary>Waits for the turn of an address, which ends when what is returned is disposed; null if too many wait already.</summary>
    /// <exception cref="OperationCanceledException">The caller waits no longer.</exception>
    public async ValueTask<IDisposable?> TakeAsync(IPAddress key, CancellationToken cancellationToken)
    {
        var limiter = Enter();
        RateLimitLease? lease = null;
        try
        {
            lease = await limiter.AcquireAsync(key, 1, cancellationToken).ConfigureAwait(false);
            return lease.IsAcquired ? new Turn(this, lease) : null;
        }
        finally
        {
            if (lease is not { IsAcquired: true })
            {
                lease?.Dispose();
                Leave();
            }
        }
    }

    private PartitionedRateLimiter<IPAddress> Enter()
    {
        lock (_gate)
        {
            _users++;
            return _limiter ??= PartitionedRateLimiter.Create<IPAddress, IPAddress>(
                address => RateLimitPartition.GetConcurrencyLimiter(address, _ => new ConcurrencyLimiterOptions
                {
                    PermitLimit = 1,
                    QueueLimit = mostInLine,
                    QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
                }));
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_users > 0)
                return;
            _limiter!.Dispose();
            _limiter = null;
        }
    }

    private sealed class Turn(AddressTurns turns, RateLimitLease lease) : IDisposable
    {
        private bool _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, true))
                return;
            lease.Dispose();
            turns.Leave();
        }
    }
}
