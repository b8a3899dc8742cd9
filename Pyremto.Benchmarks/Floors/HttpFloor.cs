using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Floors;

/// <summary>Bare POSTs by <see cref="HttpClient"/> to <see cref="Roles.HttpFloorServer"/>, one at a time for each caller, with bodies of the sizes that ours have.</summary>
internal sealed class HttpFloor(string address) : IDisposable
{
    public const string Route = "/floor";

    private readonly HttpClient _client = new();
    private readonly Uri _uri = new(address + Route);

    /// <summary>What our coordinator would answer.</summary>
    public static byte[] Answer { get; } = Json(json => WireJson.Write(json, new ExchangeAnswer
    {
        State = NextState.Job,
        Jobs = [new HandOut("abcdefghij", new Guid(1, 2, 3, new byte[8]), 12_345, Sample.Jobs(1)[0], 1, 0, TagDefaults.Lease)],
        Outcomes = [new ReportOutcome(12_344, ReportVerdict.Accepted)],
    }));

    private static byte[] Request { get; } = Json(json => WireJson.Write(json, new ExchangeRequest
    {
        Tags = [new TagAccess("abcdefghij")],
        Worker = "bench-12",
        RequestId = "12345",
        Wait = TimeSpan.FromSeconds(30),
        Done = [new DoneReport(12_344, JsonText.Parse(Sample.Result), 1)],
    }));

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
            using var content = new ByteArrayContent(Request);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await _client.PostAsync(_uri, content);
            if ((await response.Content.ReadAsByteArrayAsync()).Length != Answer.Length)
                throw new InvalidOperationException("The floor answered with something else.");
        }
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            write(json);
        return buffer.WrittenSpan.ToArray();
    }
}
