using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;

namespace Pyremto;

/// <summary>The scheduler of a coordinator on another machine, reached over HTTP.</summary>
internal sealed partial class HttpScheduler : IJobScheduler, IPageFinder, IDisposable
{
    private readonly CoordinatorAddress _address;
    private readonly CoordinatorClient _client;
    private readonly CallRunner _calls;
    private readonly BeginningWatches _watches;
    private readonly PyremtoHttpClientOptions _options;
    private readonly TimeProvider _time;
    private readonly IRandomSource _random;

    public HttpScheduler(
        CoordinatorAddress address, HttpMessageInvoker http, PyremtoHttpClientOptions options, TimeProvider time, IRandomSource random, ILogger logger)
    {
        (_address, _options, _time, _random) = (address, options, time, random);
        _client = new CoordinatorClient(address, http, options, time, random);
        _calls = new CallRunner(_client, address, time, logger);
        _watches = new BeginningWatches(time);
    }

    public ValueTask<ExchangeAnswer> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.TagPrefix is not null)
            return ValueTask.FromException<ExchangeAnswer>(PrefixRefused());
        // Also an anonymous caller who waits has to be told from others when it gives up.
        if (request.RequestId is null && request.Count > 0 && (request.Worker is not null || request.Wait > TimeSpan.Zero))
            request = request with { RequestId = NewRequestId() };
        return _watches.Any ? Behind(request, cancellationToken) : _calls.RunAsync(request, cancellationToken);

        async ValueTask<ExchangeAnswer> Behind(ExchangeRequest request, CancellationToken cancellationToken)
        {
            await _watches.BegunAsync(request.HasReports ? CancellationToken.None : cancellationToken).ConfigureAwait(false);
            return await _calls.RunAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask<HeartbeatAnswer> HeartbeatAsync(Heartbeat heartbeat, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(heartbeat);
        return heartbeat.TagPrefix is not null
            ? ValueTask.FromException<HeartbeatAnswer>(PrefixRefused())
            : SendAsync(
                HttpMethod.Post, _address.Heartbeat, tag: null, heartbeat, StrictJson.Contracts.Heartbeat,
                AnswerJson.Read<HeartbeatAnswer>, cancellationToken);
    }

    /// <summary>Goes on over reconnections; what happened between, the next heartbeat tells.</summary>
    public async IAsyncEnumerable<JobNotNeeded> WatchNotNeededAsync(
        NotNeededWatch watch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(watch);
        if (watch.TagPrefix is not null)
            throw PrefixRefused();
        var body = JsonSerializer.SerializeToUtf8Bytes(watch, PyremtoJson.Default.NotNeededWatch);
        using var begins = _watches.Begin();
        var items = StreamAsync(
            () => _client.Request(HttpMethod.Post, _address.NotNeeded, authorization: null, body),
            static line => Parse<JobNotNeeded>(line),
            new StreamHabits { Opened = begins.Dispose, Silence = 3 * HttpNames.KeepAlive },
            cancellationToken);
        await foreach (var item in items.ConfigureAwait(false))
            yield return item;
    }

    /// <summary>Does nothing: a relay's clients are known to the relay alone, and their leases say when they are lost.</summary>
    public ValueTask SessionLostAsync(IReadOnlyList<string> workers, CancellationToken cancellationToken) => default;

    public void Dispose() => _client.Dispose();

    /// <summary>A call with a JSON body.</summary>
    private ValueTask<TAnswer> SendAsync<TBody, TAnswer>(
        HttpMethod method, Uri address, TagAccess? tag, TBody body, JsonTypeInfo<TBody> type, ReadAnswer<TAnswer> read, CancellationToken cancellationToken,
        bool isRepeatable = true)
    {
        var buffer = _client.RentBody();
        JsonSerializer.Serialize(buffer.Json, body, type);
        return RunAsync(
            new HttpCall<TAnswer>(method, address, read) { Authorization = Credential(tag), Body = buffer, IsRepeatable = isRepeatable }, cancellationToken);
    }

    /// <summary>A call that reads.</summary>
    private ValueTask<TAnswer> GetAsync<TAnswer>(Uri address, TagAccess? tag, ReadAnswer<TAnswer> read, CancellationToken cancellationToken) =>
        RunAsync(new HttpCall<TAnswer>(HttpMethod.Get, address, read) { Authorization = Credential(tag) }, cancellationToken);

    private async ValueTask<TAnswer> RunAsync<TAnswer>(HttpCall<TAnswer> call, CancellationToken cancellationToken)
    {
        if (_watches.Any)
            await _watches.BegunAsync(cancellationToken).ConfigureAwait(false);
        return await _calls.RunAsync(call, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What a tag's routes take as the header Authorization; for none of a tag, the operator's key.</summary>
    private string? Credential(TagAccess? tag) => tag switch
    {
        null => _options.OperatorKey is { } key ? $"Bearer {key}" : null,
        { Password: { } password } => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($":{password}"))}",
        // Tokens of ours have no characters that would be changed; what has them stays wrong and breaks no header.
        { ViewToken: { Length: > 0 } token } => $"Bearer {Uri.EscapeDataString(token)}",
        _ => null,
    };

    private string NewRequestId() => _random.NextWord(20);

    private static InvalidRequestException PrefixRefused() =>
        new("A prefix of tags can be served in the coordinator's own process alone; name the tags (S20).");
}
