namespace Pyremto;

/// <summary>Runs each change on its caller's thread under a lock: for a journal that keeps nothing outside the process.</summary>
internal sealed class LockedExecutor : IStoreExecutor
{
    private readonly Lock _gate = new();
    private readonly IStoreJournal _journal;

    public LockedExecutor(IStoreJournal journal, TimeProvider time)
    {
        _journal = journal;
        State = new StoreState(journal);
        Clock = new StoreClock(time, State);
    }

    public StoreState State { get; }

    public StoreClock Clock { get; }

    public IJobStoreObserver? Observer { private get; set; }

    public ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            State.Restore(Clock.Read(), processEnded: true);
        return default;
    }

    public ValueTask<TResult> ExecuteAsync<TArgument, TResult>(
        Func<StoreState, TArgument, long, TResult> decide, TArgument argument, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<TResult>(cancellationToken);
        TResult? result = default;
        PyremtoException? refusal = null;
        StoreNotices notices;
        lock (_gate)
        {
            try
            {
                result = decide(State, argument, Clock.Read());
            }
            catch (PyremtoException error)
            {
                refusal = error;
            }
            notices = State.TakeNotices();
        }
        notices.Tell(Observer); // after a refusal too: a lease may have been found to have ended
        return refusal is null ? new ValueTask<TResult>(result!) : ValueTask.FromException<TResult>(refusal);
    }

    public ValueTask<TResult> ReadAsync<TArgument, TResult>(
        Func<IJournalReader, TArgument, TResult> read, TArgument argument, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<TResult>(cancellationToken);
        lock (_gate)
            return new ValueTask<TResult>(read(_journal.Reader, argument));
    }

    public ValueTask DisposeAsync()
    {
        _journal.Dispose();
        return default;
    }
}
