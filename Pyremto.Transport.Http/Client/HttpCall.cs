namespace Pyremto;

/// <summary>Reads the body of an answer.</summary>
/// <exception cref="System.Text.Json.JsonException">It is not what belongs to the call.</exception>
internal delegate T ReadAnswer<out T>(ReadOnlySpan<byte> body);

/// <summary>A call: what is sent, how its answer is read, and what its caller wants of it meanwhile.</summary>
/// <param name="method">Its method.</param>
/// <param name="address">Its route.</param>
/// <param name="read">Reads its answer.</param>
internal sealed class HttpCall<T>(HttpMethod method, Uri address, ReadAnswer<T> read)
{
    private CancellationTokenSource? _givenUp;
    private volatile CancellationTokenSource? _attempt;

    public HttpMethod Method { get; } = method;

    public Uri Address { get; } = address;

    public ReadAnswer<T> Read { get; } = read;

    /// <summary>The credential, as a header has it.</summary>
    public string? Authorization { get; init; }

    /// <summary>What is sent; it goes back to its pool with the answer.</summary>
    public JsonBuffer? Body { get; init; }

    /// <summary>Whether it may take effect twice: the coordinator takes it for the same (S1, S8), or it makes no difference.</summary>
    public bool IsRepeatable { get; init; } = true;

    /// <summary>How long the coordinator may let it wait (S7).</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>How many attempts were made.</summary>
    public int Tries { get; private set; }

    /// <summary>How many of them a coordinator cannot have seen.</summary>
    public int Unsent { get; private set; }

    /// <summary>Whether a coordinator may have seen it.</summary>
    public bool MayHaveArrived => Tries > Unsent;

    /// <summary>Fires when the caller wants it no more: then it is not tried again.</summary>
    public CancellationTokenSource GivenUp => LazyInitializer.EnsureInitialized(ref _givenUp);

    /// <summary>An attempt begins, which <paramref name="limit"/> ends.</summary>
    public void Attempts(CancellationTokenSource limit)
    {
        Tries++;
        _attempt = limit;
    }

    /// <summary>It failed before anything was sent.</summary>
    public void WasNotSent() => Unsent++;

    /// <summary>Ends the attempt that is under way.</summary>
    public void Abort()
    {
        try
        {
            _attempt?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended.
        }
    }
}
