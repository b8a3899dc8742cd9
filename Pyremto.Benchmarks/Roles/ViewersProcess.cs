using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Roles;

/// <summary>Viewers of a tag's page: each follows the events on a connection of its own, as browsers do. It says so when all have seen the first.</summary>
internal static class ViewersProcess
{
    private const int Buffer = 4096;

    public static async Task<int> RunAsync(string url, string tag, int viewers)
    {
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = int.MaxValue };
        using var client = new HttpClient(handler) { BaseAddress = new Uri(url), Timeout = Timeout.InfiniteTimeSpan };
        var streams = await Task.WhenAll(Enumerable.Range(0, viewers).Select(_ => OpenAsync(client, tag)));
        var watching = streams.Select(ReadAsync).ToArray();
        await ChildProcess.ServeAsync(viewers.ToString());
        return watching.Count(task => task.IsFaulted); // ends with the process
    }

    private static async Task<Stream> OpenAsync(HttpClient client, string tag)
    {
        var response = await client.GetAsync($"/api/tags/{tag}/events", HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        var stream = await response.Content.ReadAsStreamAsync();
        if (await stream.ReadAsync(new byte[Buffer]) == 0)
            throw new InvalidOperationException("A stream of events ended before the first.");
        return stream;
    }

    private static async Task ReadAsync(Stream stream)
    {
        var buffer = new byte[Buffer];
        while (await stream.ReadAsync(buffer) > 0)
        {
            // What it says is a page's business.
        }
    }
}
