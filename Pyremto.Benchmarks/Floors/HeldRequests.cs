using Pyremto.Benchmarks.Roles;

namespace Pyremto.Benchmarks.Floors;

/// <summary>
/// Bare requests that <see cref="HttpFloorServer"/> holds, each on a connection of its own: Kestrel looks at every connection once a second,
/// also at one where nothing happens, and this is what that costs.
/// </summary>
internal sealed class HeldRequests : IDisposable
{
    private readonly HttpClient _client = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly CancellationTokenSource _end = new();
    private readonly Task[] _held;

    public HeldRequests(string address, int requests)
    {
        var uri = new Uri(address + HttpFloorServer.Hold);
        _held = [.. Enumerable.Range(0, requests).Select(_ => HoldAsync(uri))];
    }

    /// <summary>Fails if a request is no longer held.</summary>
    public void Check()
    {
        if (Array.Find(_held, held => held.IsCompleted) is { } ended)
            throw new InvalidOperationException("A request was not held.", ended.Exception);
    }

    public void Dispose()
    {
        _end.Cancel();
        _client.Dispose();
        _end.Dispose();
    }

    private async Task HoldAsync(Uri uri)
    {
        using var content = new ByteArrayContent(BareCall.Exchange.Request);
        using var response = await _client.PostAsync(uri, content, _end.Token);
    }
}
