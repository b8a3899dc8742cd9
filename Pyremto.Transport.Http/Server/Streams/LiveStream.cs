using System.Buffers;
using System.IO.Pipelines;

namespace Pyremto;

/// <summary>
/// Sends what happens as it happens, and a sign of life every 15 s without regard to that, so that both ends notice a dead connection.
/// </summary>
/// <param name="Output">Where to.</param>
/// <param name="Time">The clock.</param>
/// <param name="SignOfLife">What a reader skips.</param>
internal sealed record LiveStream(PipeWriter Output, TimeProvider Time, ReadOnlyMemory<byte> SignOfLife)
{
    /// <summary>Runs until there are no more items.</summary>
    /// <param name="items">Already started; the caller ends it.</param>
    /// <param name="write">Writes one.</param>
    /// <param name="hasItem">Whether the first item is there already.</param>
    /// <param name="end">Ends it, and the items too.</param>
    public async Task RunAsync<T>(
        IAsyncEnumerator<T> items, Action<IBufferWriter<byte>, T> write, bool hasItem, CancellationTokenSource end)
    {
        using var timer = new PeriodicTimer(HttpNames.KeepAlive, Time);
        var tick = timer.WaitForNextTickAsync(CancellationToken.None).AsTask();
        Task<bool>? next = null;
        try
        {
            while (true)
            {
                if (hasItem)
                    write(Output, items.Current);
                await Output.FlushAsync(end.Token).ConfigureAwait(false);
                next ??= items.MoveNextAsync().AsTask();
                await Task.WhenAny(next, tick).ConfigureAwait(false);
                hasItem = next.IsCompleted;
                if (hasItem)
                {
                    var any = await next.ConfigureAwait(false);
                    next = null;
                    if (!any)
                        return;
                }
                if (tick.IsCompleted)
                {
                    Output.Write(SignOfLife.Span);
                    tick = timer.WaitForNextTickAsync(CancellationToken.None).AsTask();
                }
            }
        }
        catch when (next is not null)
        {
            // An enumerator may not be ended while it moves.
            await end.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }
}
