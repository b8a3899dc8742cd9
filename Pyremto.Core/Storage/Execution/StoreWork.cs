namespace Pyremto;

/// <summary>A change that waits for its turn in a <see cref="GroupCommitExecutor"/>, and its caller who waits for the commit.</summary>
internal abstract class StoreWork
{
    /// <summary>Decides; an error that is the caller's own is kept for <see cref="Complete"/>.</summary>
    public abstract void Decide(StoreState state, long now);

    /// <summary>Answers the caller, after the commit.</summary>
    public abstract void Complete();

    /// <summary>Tells the caller that nothing was kept.</summary>
    public abstract void Fail(Exception error);
}

/// <inheritdoc/>
internal sealed class StoreWork<TArgument, TResult>(
    Func<StoreState, TArgument, long, TResult> decide, TArgument argument, CancellationToken cancellationToken) : StoreWork
{
    private readonly TaskCompletionSource<TResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TResult? _result;
    private PyremtoException? _error;
    private bool _isCancelled;

    public Task<TResult> Answer => _answer.Task;

    public override void Decide(StoreState state, long now)
    {
        _isCancelled = cancellationToken.IsCancellationRequested;
        if (_isCancelled)
            return;
        try
        {
            _result = decide(state, argument, now);
        }
        catch (PyremtoException error)
        {
            _error = error;
        }
    }

    public override void Complete()
    {
        if (_isCancelled)
            _answer.TrySetCanceled(cancellationToken);
        else if (_error is not null)
            _answer.TrySetException(_error);
        else
            _answer.TrySetResult(_result!);
    }

    public override void Fail(Exception error) => _answer.TrySetException(error);
}
