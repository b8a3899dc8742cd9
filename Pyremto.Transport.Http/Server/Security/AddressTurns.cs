using System.Net;

namespace Pyremto;

/// <summary>
/// Lets requests have what costs much: some at a time, one of an address. Of those that wait, the address that did least wrong comes
/// first, and then the longest waiting. The line is short, so that nobody waits long; where it is full, a newcomer takes the place of an
/// address that has more in it, or did more wrong. So strangers cannot make an owner wait for more than one line. Thread-safe.
/// </summary>
/// <param name="atOnce">How many have a turn at a time.</param>
/// <param name="mostInLine">How many may wait, of all addresses.</param>
internal sealed class AddressTurns(int atOnce, int mostInLine)
{
    private readonly Lock _gate = new();
    private readonly HashSet<IPAddress> _busy = [];
    private readonly List<Waiter> _line = []; // the longest waiting first

    /// <summary>Whether nobody has a turn or waits for one.</summary>
    internal bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _busy.Count + _line.Count == 0;
        }
    }

    /// <summary>Waits for the turn of an address, which ends when what is returned is disposed; null if there is no place in the line, or
    /// none any more.</summary>
    /// <param name="key">The address.</param>
    /// <param name="offences">How much it did wrong of late.</param>
    /// <param name="cancellationToken">The caller waits no longer.</param>
    /// <exception cref="OperationCanceledException">The caller waits no longer.</exception>
    public async ValueTask<IDisposable?> TakeAsync(IPAddress key, int offences, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (_gate)
        {
            waiter = new Waiter(key, offences);
            if (_line.Count >= mostInLine && !IsNext(waiter) && !MakeRoomFor(waiter))
                return null;
            _line.Add(waiter);
            Begin();
        }
        var cancelled = cancellationToken.UnsafeRegister(static state => ((Leaving)state!).Do(), new Leaving(this, waiter, cancellationToken));
        await using (cancelled.ConfigureAwait(false))
            return await waiter.Turn.Task.ConfigureAwait(false) ? new Turn(this, key) : null;
    }

    /// <summary>Whether it would not have to wait.</summary>
    private bool IsNext(Waiter waiter) => _busy.Count < atOnce && !_busy.Contains(waiter.Key);

    /// <summary>Sends away the last of those who have most in the line; false if nobody has more than the newcomer would have.</summary>
    private bool MakeRoomFor(Waiter newcomer)
    {
        var heaviest = _line.MaxBy(waiter => (WeightOf(waiter, 0), waiter.Offences));
        if (heaviest is null || (WeightOf(heaviest, 0), heaviest.Offences).CompareTo((WeightOf(newcomer, 1), newcomer.Offences)) <= 0)
            return false;
        var last = _line.FindLast(waiter => waiter.Key.Equals(heaviest.Key))!;
        _line.Remove(last);
        last.Turn.TrySetResult(false);
        return true;
    }

    private int WeightOf(Waiter waiter, int more) => _line.Count(other => other.Key.Equals(waiter.Key)) + more;

    /// <summary>Gives turns as long as there are any.</summary>
    private void Begin()
    {
        while (_busy.Count < atOnce && _line.Where(waiter => !_busy.Contains(waiter.Key)).MinBy(waiter => waiter.Offences) is { } next)
        {
            _line.Remove(next);
            _busy.Add(next.Key);
            next.Turn.TrySetResult(true);
        }
    }

    private void End(IPAddress key)
    {
        lock (_gate)
        {
            _busy.Remove(key);
            Begin();
        }
    }

    private sealed class Waiter(IPAddress key, int offences)
    {
        public IPAddress Key { get; } = key;

        public int Offences { get; } = offences;

        /// <summary>True once it has the turn, false once there is no place for it any more.</summary>
        public TaskCompletionSource<bool> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed record Leaving(AddressTurns Turns, Waiter Waiter, CancellationToken Token)
    {
        public void Do()
        {
            lock (Turns._gate)
            {
                if (Turns._line.Remove(Waiter))
                    Waiter.Turn.TrySetCanceled(Token);
            }
        }
    }

    private sealed class Turn(AddressTurns turns, IPAddress key) : IDisposable
    {
        private bool _isOver;

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref _isOver, true))
                turns.End(key);
        }
    }
}
