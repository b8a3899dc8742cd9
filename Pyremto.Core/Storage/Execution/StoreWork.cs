using System.Threading.Tasks.Sources;

namespace Pyremto;

/// <summary>A change that waits for its turn in a <see cref="GroupCommitExecutor"/>, and its caller who waits for the commit.</summary>
internal abstract class StoreWork
{
    /// <summary>Whether it changes nothing, so that it is answered even while nothing can be kept.</summary>
    public virtual bool IsLook => false;

    /// <summary>Decides, once more where what it decided was not kept; an error that is the caller's own is kept for
    /// <see cref="Complete"/>.</summary>
    public abstract void Decide(StoreState state, long now);

    /// <summary>Answers the caller, after the commit. It goes on on the thread pool, never here, unless the change was made
    /// otherwise.</summary>
    public abstract void Complete();

    /// <summary>Tells the caller that nothing was kept.</summary>
    public abstract void Fail(Exception error);
}

/// <inheritdoc/>
internal sealed class StoreWork<TArgument, TResult> : StoreWork, IValueTaskSource<TResult>
{
    private readonly Func<StoreState, TArgument, long, TResult> _decide;
    private readonly TArgument _argument;
    private readonly CancellationToken _cancellationToken;
    private readonly bool _isLook;
    private ManualResetValueTaskSourceCore<TResult> _answer;
    private TResult? _result;
    private Exception? _error;

    /// <param name="decide">Decides.</param>
    /// <param name="argument">About what.</param>
    /// <param name="cancellationToken">Its caller's; asked once, before it is decided.</param>
    /// <param name="continuesElsewhere">Whether its caller goes on on the thread pool; false where there is one thread alone.</param>
    /// <param name="isLook">Whether it changes nothing.</param>
    public StoreWork(
        Func<StoreState, TArgument, long, TResult> decide, TArgument argument, CancellationToken cancellationToken, bool continuesElsewhere = true, bool isLook = false)
    {
        _answer.RunContinuationsAsynchronously = continuesElsewhere;
        _decide = decide;
        _argument = argument;
        _cancellationToken = cancellationToken;
        _isLook = isLook;
    }

    /// <summary>To be awaited once.</summary>
    public ValueTask<TResult> Answer => new(this, _answer.Version);

    public override bool IsLook => _isLook;

    public override void Decide(StoreState state, long now)
    {
        _error = null;
        if (_cancellationToken.IsCancellationRequested)
        {
            _error = new OperationCanceledException(_cancellationToken);
            return;
        }
        try
        {
            _result = _decide(state, _argument, now);
        }
        catch (PyremtoException error)
        {
            _error = error;
        }
    }

    public override void Complete()
    {
        if (_error is null)
            _answer.SetResult(_result!);
        else
            _answer.SetException(_error);
    }

    public override void Fail(Exception error) => _answer.SetException(error);

    TResult IValueTaskSource<TResult>.GetResult(short token) => _answer.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<TResult>.GetStatus(short token) => _answer.GetStatus(token);

    void IValueTaskSource<TResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _answer.OnCompleted(continuation, state, token, flags);
}
