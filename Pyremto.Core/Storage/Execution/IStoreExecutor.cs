namespace Pyremto;

/// <summary>Runs what changes a store one at a time, and answers once it is kept (S14).</summary>
internal interface IStoreExecutor : IAsyncDisposable
{
    StoreState State { get; }

    StoreClock Clock { get; }

    IJobStoreObserver? Observer { set; }

    ValueTask OpenAsync(CancellationToken cancellationToken);

    /// <summary>Decides in the store's transaction; the answer comes after its commit.</summary>
    /// <param name="decide">Gets the state, the argument and the moment. A <see cref="PyremtoException"/> must leave the state as it
    /// was.</param>
    /// <param name="argument">What <paramref name="decide"/> works on; it captures nothing itself.</param>
    /// <param name="cancellationToken">Gives up while it has not begun.</param>
    ValueTask<TResult> ExecuteAsync<TArgument, TResult>(
        Func<StoreState, TArgument, long, TResult> decide, TArgument argument, CancellationToken cancellationToken);

    /// <summary>
    /// The same for calls that ask for no change: they may end leases that are over and note that the tag was used. While nothing can be
    /// kept they are answered from what was kept last, and change nothing at all.
    /// </summary>
    ValueTask<TResult> LookAsync<TArgument, TResult>(
        Func<StoreState, TArgument, long, TResult> decide, TArgument argument, CancellationToken cancellationToken) =>
        ExecuteAsync(decide, argument, cancellationToken);

    /// <summary>Reads what was committed, beside the writer.</summary>
    ValueTask<TResult> ReadAsync<TArgument, TResult>(
        Func<IJournalReader, TArgument, TResult> read, TArgument argument, CancellationToken cancellationToken);
}
