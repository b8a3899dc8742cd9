using System.Net.Http.Headers;

namespace Pyremto.Benchmarks.Floors;

/// <summary>Bare POSTs by <see cref="HttpClient"/> to <see cref="Roles.HttpFloorServer"/>, one at a time for each caller, with bodies of the sizes that ours have.</summary>
/// <param name="address">The server's.</param>
/// <param name="calls">What every caller sends, in turns.</param>
internal sealed class HttpFloor(string address, params BareCall[] calls) : IDisposable
{
    private readonly HttpClient _client = new();
    private readonly Uri[] _uris = Array.ConvertAll(calls, call => new Uri(address + call.Route));

    /// <summary>Requests a second, over all callers together.</summary>
    public async Task<double> RunAsync(int requests, int callers)
    {
        var each = Math.Max(1, requests / callers);
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => PostAsync(each))));
        return each * callers / watch.Elapsed.TotalSeconds;
    }

    public void Dispose() => _client.Dispose();

    private async Task PostAsync(int requests)
    {
        for (var i = 0; i < requests; i++)
        {
            var turn = i % calls.Length;
            using var content = new ByteArrayContent(calls[turn].Request);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await _client.PostAsync(_uris[turn], content);
            if ((await response.Content.ReadAsByteArrayAsync()).Length != calls[turn].Answer.Length)
                throw new InvalidOperationException("The floor answered with something else.");
        }
    }
}
