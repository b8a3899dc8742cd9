using System.Buffers;
using System.Text.Json;
using System.Threading.Tasks.Sources;

namespace Pyremto;

/// <summary>A call of this process that has not ended. Its caller goes on in <see cref="Finish"/>, on the thread that calls that.</summary>
internal abstract class PendingCall(bool isRepeatable, bool lasts = false) : IThreadPoolWorkItem
{
    /// <summary>Its number on the wire; <see cref="ClientSession"/> gives it.</summary>
    public uint Id { get; set; }

    /// <summary>Whether it may be sent again after a connection broke, because the coordinator takes it for the same (S1, S8).</summary>
    public bool IsRepeatable { get; } = isRepeatable;

    /// <summary>Whether it may be under way for as long as it likes: it waits for work, or is a stream.</summary>
    public bool Lasts { get; protected set; } = lasts;

    /// <summary>Where it stands; owned by <see cref="ClientSession"/>.</summary>
    public CallStage Stage { get; set; }

    /// <summary>Whether a coordinator may have seen it.</summary>
    public bool WasSent { get; set; }

    /// <summary>Whether its caller wants it no more.</summary>
    public bool IsGivenUp { get; set; }

    /// <summary>When it has waited long enough for what its <see cref="Stage"/> waits for.</summary>
    public TimeSpan? Deadline { get; set; }

    /// <summary>Until when it waits for a connection over which it is answered; null while nothing stood in its way. See
    /// <see cref="ClientSession.Broke"/>.</summary>
    public TimeSpan? TriedUntil { get; set; }

    /// <summary>Whether its caller has gone on, so that what the coordinator may have given is to be given back (S8).</summary>
    public bool IsOrphan { get; set; }

    /// <summary>Gives the call up when it fires.</summary>
    public CancellationTokenRegistration Registration { get; set; }

    /// <summary>Leaves the request with the writer.</summary>
    /// <exception cref="TooLargeException">It is longer than the coordinator takes.</exception>
    public abstract void Write(FrameWriter writer, int longestRequest);

    /// <summary>Reads what the coordinator sent; true if the call has ended and is to be finished.</summary>
    /// <exception cref="FrameException">It is not what belongs to the call.</exception>
    public abstract bool Read(in Frame frame);

    /// <summary>Notes that the call failed; it is to be finished.</summary>
    public abstract void Fail(Exception error);

    /// <summary>Notes that the connection broke before the call ended; it is to be finished.</summary>
    public virtual void Lose(CoordinatorUnreachableException error) => Fail(error);

    /// <summary>Lets the caller go on.</summary>
    public abstract void Finish();

    /// <summary>Its caller is told that it was given up, while what the coordinator answers is still to come: that is undone.</summary>
    public abstract void Orphan(Action<ExchangeRequest, ExchangeAnswer> release);

    /// <summary>Gives its wait up where others wait already and it has reports, which are not to wait for those; true if it did.</summary>
    public virtual bool TryNotToWait() => false;

    void IThreadPoolWorkItem.Execute() => Finish();

    protected static T Parse<T>(in ReadOnlySequence<byte> body)
    {
        try
        {
            return FrameBody.Read<T>(body);
        }
        catch (Exception error) when (error is JsonException or PyremtoException)
        {
            throw new FrameException($"the coordinator's answer cannot be read: {error.Message}");
        }
    }
}

/// <summary>Where a call stands.</summary>
internal enum CallStage
{
    /// <summary>It waits to be sent.</summary>
    Queued,

    /// <summary>It waits for its answer.</summary>
    Sent,

    /// <summary>It has ended.</summary>
    Ended,
}

/// <summary>A call with one answer.</summary>
internal sealed class PendingCall<TRequest, TAnswer>(PipeVerb verb, TRequest request, bool isRepeatable, CancellationToken cancellationToken)
    : PendingCall(isRepeatable, lasts: request is ExchangeRequest { MayWait: true }), IValueTaskSource<TAnswer>
{
    private TRequest _request = request;
    private ManualResetValueTaskSourceCore<TAnswer> _source;
    private TAnswer? _answer;
    private Exception? _error;
    private Action<ExchangeRequest, ExchangeAnswer>? _release;

    /// <summary>To be awaited once.</summary>
    public ValueTask<TAnswer> Task => new(this, _source.Version);

    public override void Write(FrameWriter writer, int longestRequest) =>
        writer.WriteJson(FrameKind.Call, Id, _request, longestRequest, verb);

    public override bool Read(in Frame frame)
    {
        switch (frame.Kind)
        {
            case FrameKind.Answer:
                if (typeof(TAnswer) != typeof(Nothing))
                    _answer = Parse<TAnswer>(frame.Body);
                break;
            case FrameKind.Error:
                _error = Parse<ErrorBody>(frame.Body).ToException();
                break;
            case FrameKind.Cancelled:
                _error = new OperationCanceledException(cancellationToken);
                break;
            default:
                throw new FrameException($"a frame of kind {(byte)frame.Kind} is no answer to {verb}");
        }
        return true;
    }

    public override void Fail(Exception error) =>
        _error = error is OperationCanceledException ? new OperationCanceledException(cancellationToken) : error;

    public override void Finish()
    {
        Registration.Unregister();
        if (_release is { } release)
        {
            if (_error is null && _request is ExchangeRequest exchange && _answer is ExchangeAnswer { Jobs.Count: > 0 } answer)
                release(exchange, answer);
        }
        else if (_error is null)
        {
            _source.SetResult(_answer!);
        }
        else
        {
            _source.SetException(_error);
        }
    }

    public override void Orphan(Action<ExchangeRequest, ExchangeAnswer> release)
    {
        _release = release;
        ThreadPool.UnsafeQueueUserWorkItem(static call => call.TellGivenUp(), this, preferLocal: false);
    }

    public override bool TryNotToWait()
    {
        if (_request is not ExchangeRequest { HasReports: true } exchange)
            return false;
        _request = (TRequest)(object)(exchange with { Wait = TimeSpan.Zero });
        Lasts = false;
        return true;
    }

    private void TellGivenUp() => _source.SetException(new OperationCanceledException(cancellationToken));

    TAnswer IValueTaskSource<TAnswer>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<TAnswer>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<TAnswer>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
