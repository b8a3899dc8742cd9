namespace Pyremto.Tests.Simulation;

/// <summary>Passes everything on, and tells workers over their pipes which of their jobs are not needed any more (S11).</summary>
internal sealed class ToldExecutor(SimulatedExecutor inner, SimulatedPipeServer pipes) : IStoreExecutor
{
    public StoreState State => inner.State;

    public StoreClock Clock => inner.Clock;

    public IJobStoreObserver? Observer
    {
        set => inner.Observer = value is null ? null : new Teller(value, pipes);
    }

    public ValueTask OpenAsync(CancellationToken cancellationToken) => inner.OpenAsync(cancellationToken);

    public ValueTask<TResult> ExecuteAsync<TArgument, TResult>(
        Func<StoreState, TArgument, long, TResult> decide, TArgument argument, CancellationToken cancellationToken) =>
        inner.ExecuteAsync(decide, argument, cancellationToken);

    public ValueTask<TResult> ReadAsync<TArgument, TResult>(
        Func<IJournalReader, TArgument, TResult> read, TArgument argument, CancellationToken cancellationToken) =>
        inner.ReadAsync(read, argument, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private sealed class Teller(IJobStoreObserver scheduler, SimulatedPipeServer pipes) : IJobStoreObserver
    {
        public void TagChanged(in TagChange change) => scheduler.TagChanged(change);

        public void JobNotNeeded(TagRecord tag, JobNotNeeded job)
        {
            scheduler.JobNotNeeded(tag, job);
            pipes.Tell(job);
        }

        public void DeadlineMoved() => scheduler.DeadlineMoved();
    }
}
