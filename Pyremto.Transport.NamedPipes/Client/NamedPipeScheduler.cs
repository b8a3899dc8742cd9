using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <summary>The scheduler of a coordinator in another process of this machine, reached over a named pipe.</summary>
internal sealed partial class NamedPipeScheduler : IJobScheduler, IAsyncDisposable
{
    private readonly PipeClient _client;
    private readonly IRandomSource _random;

    public NamedPipeScheduler(string name, NamedPipeClientOptions options, TimeProvider time, IRandomSource random, ILogger logger)
    {
        _client = new PipeClient(name, options, time, random, logger);
        _random = random;
    }

    public ValueTask<ExchangeAnswer> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.TagPrefix is not null)
            return ValueTask.FromException<ExchangeAnswer>(PrefixRefused());
        if (request.Worker is { } worker)
        {
            _client.SpeakFor(worker);
            if (request.RequestId is null && request.Count > 0)
                request = request with { RequestId = NewRequestId() };
        }
        var isRepeatable = request.Worker is not null || (request.Count == 0 && request.Failed.Count + request.Released.Count == 0);
        return _client.CallAsync<ExchangeRequest, ExchangeAnswer>(PipeVerb.Exchange, request, isRepeatable, cancellationToken);
    }

    public ValueTask<HeartbeatAnswer> HeartbeatAsync(Heartbeat heartbeat, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(heartbeat);
        if (heartbeat.TagPrefix is not null)
            return ValueTask.FromException<HeartbeatAnswer>(PrefixRefused());
        if (heartbeat.Worker is { } worker)
            _client.SpeakFor(worker);
        return _client.CallAsync<Heartbeat, HeartbeatAnswer>(PipeVerb.Heartbeat, heartbeat, isRepeatable: true, cancellationToken);
    }

    /// <summary>Goes on over reconnections; what happened between, the next heartbeat tells.</summary>
    public IAsyncEnumerable<JobNotNeeded> WatchNotNeededAsync(NotNeededWatch watch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(watch);
        return watch.TagPrefix is null
            ? StreamAsync<NotNeededWatch, JobNotNeeded>(PipeVerb.WatchNotNeeded, () => watch, taken: null, cancellationToken)
            : throw PrefixRefused();
    }

    /// <summary>Does nothing: a relay's clients are known to the relay alone, and their leases say when they are lost.</summary>
    public ValueTask SessionLostAsync(IReadOnlyList<string> workers, CancellationToken cancellationToken) => default;

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    /// <summary>A stream that is begun anew behind what was read whenever its connection broke.</summary>
    /// <param name="verb">Which stream.</param>
    /// <param name="request">What to ask for, now.</param>
    /// <param name="taken">Notes what was read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private async IAsyncEnumerable<TItem> StreamAsync<TRequest, TItem>(
        PipeVerb verb, Func<TRequest> request, Action<TItem>? taken, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var items = _client.StreamAsync<TRequest, TItem>(verb, request(), cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using var disposal = items.ConfigureAwait(false);
            while (true)
            {
                try
                {
                    if (!await items.MoveNextAsync().ConfigureAwait(false))
                        yield break;
                }
                catch (ConnectionLostException)
                {
                    break;
                }
                taken?.Invoke(items.Current);
                yield return items.Current;
            }
        }
    }

    private string NewRequestId() => _random.NextWord(20);

    private static InvalidRequestException PrefixRefused() =>
        new("A prefix of tags can be served in the coordinator's own process alone; name the tags (S20).");
}
