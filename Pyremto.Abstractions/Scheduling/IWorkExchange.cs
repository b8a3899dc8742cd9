namespace Pyremto;

/// <summary>What a worker asks of a scheduler. All members are thread-safe.</summary>
public interface IWorkExchange
{
    /// <summary>Takes reports in and gives work out, in one trip (S2–S9, S20).</summary>
    /// <param name="request">Reports and wishes.</param>
    /// <param name="cancellationToken">
    /// Gives up the wait and the work: reports that the scheduler received count all the same, and work that was given is released, since
    /// nobody got it.
    /// </param>
    /// <exception cref="TagUnknownException">No tag that was named exists; one of several costs only itself
    /// (<see cref="ExchangeAnswer.RefusedTags"/>).</exception>
    /// <exception cref="WrongPasswordException">No tag's credential is right; one of several costs only itself.</exception>
    /// <exception cref="InvalidRequestException">A number or name is out of its range.</exception>
    /// <exception cref="StoreUnavailableException">The store could not keep it; repeat with the same request id.</exception>
    ValueTask<ExchangeAnswer> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken);

    /// <summary>Takes a worker's sign of life and tells which of its jobs are no longer needed.</summary>
    /// <exception cref="WrongPasswordException">No tag's credential is right; one of several costs only itself
    /// (<see cref="HeartbeatAnswer.RefusedTags"/>).</exception>
    /// <exception cref="InvalidRequestException">The worker has no id.</exception>
    ValueTask<HeartbeatAnswer> HeartbeatAsync(Heartbeat heartbeat, CancellationToken cancellationToken);

    /// <summary>Tells at once, for as long as it is enumerated, which hand-outs of these workers are no longer needed.</summary>
    /// <param name="watch">Whose.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="WrongPasswordException">Over HTTP: no tag's credential is right.</exception>
    /// <exception cref="InvalidRequestException">It names no worker or no tag.</exception>
    IAsyncEnumerable<JobNotNeeded> WatchNotNeededAsync(NotNeededWatch watch, CancellationToken cancellationToken);

    /// <summary>
    /// Says that these workers are gone: their live hand-outs are lost now. For transports that notice it, and only for the
    /// serving side of one: it is trusted and never crosses a wire.
    /// </summary>
    ValueTask SessionLostAsync(IReadOnlyList<string> workers, CancellationToken cancellationToken);
}
