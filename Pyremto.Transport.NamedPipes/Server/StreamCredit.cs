namespace Pyremto;

/// <summary>
/// How many bytes of items may be under way to a reader that has not taken them yet: what makes a slow reader slow its stream down, and
/// nothing else. An item may overdraw it, so that the largest gets through. One sender; thread-safe beside it.
/// </summary>
internal sealed class StreamCredit
{
    private readonly Lock _gate = new();
    private long _bytes = PipeProtocol.StreamWindow;
    private TaskCompletionSource? _granted;

    /// <summary>Completes when there is credit.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_bytes > 0)
                return Task.CompletedTask;
            _granted ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _granted.Task.WaitAsync(cancellationToken);
        }
    }

    public void Spend(int bytes)
    {
        lock (_gate)
            _bytes -= bytes;
    }

    public void Grant(uint bytes)
    {
        lock (_gate)
        {
            _bytes = Math.Min(_bytes + bytes, PipeProtocol.StreamWindow);
            if (_bytes <= 0)
                return;
            _granted?.TrySetResult();
            _granted = null;
        }
    }
}
