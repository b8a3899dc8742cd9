namespace Pyremto;

/// <summary>A call that a connection serves.</summary>
internal sealed class ServerCall : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private StreamCredit? _credit;
    private int _isGivenUp;

    /// <summary>The number that its client gave it.</summary>
    public uint Id { get; private set; }

    /// <summary>Fires when the client gives the call up, or is gone.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>How much a stream may send.</summary>
    public StreamCredit Credit => _credit ?? Interlocked.CompareExchange(ref _credit, new StreamCredit(), null) ?? _credit;

    /// <summary>Whether the thread that reads the connection still serves it, which then sends the answer.</summary>
    public bool IsInline { get; set; }

    /// <summary>Whether it has a place among those that last.</summary>
    public bool Lasts { get; set; }

    public bool IsGivenUp => Volatile.Read(ref _isGivenUp) != 0;

    /// <summary>Begins a call, with what is left of one that has ended.</summary>
    public void Begin(uint id) => (Id, IsInline, Lasts, _credit) = (id, true, false, null);

    /// <summary>Gives it up; what waits for that goes on elsewhere.</summary>
    public void GiveUp()
    {
        if (Interlocked.Exchange(ref _isGivenUp, 1) == 0)
            _ = _cancellation.CancelAsync();
    }

    public void Dispose() => _cancellation.Dispose();
}
