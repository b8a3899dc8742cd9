using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Pyremto.Benchmarks.Floors;

namespace Pyremto.Benchmarks.Harness;

/// <summary>A worker of the v2 protocol: two calls a job, the second of which brings the result.</summary>
internal sealed class V2Worker(HttpClient client, Uri address, string tag)
{
    private int _calls;

    /// <summary>Works until there is no job, and answers how many calls that took.</summary>
    public async Task<int> RunAsync()
    {
        while (JobIdOf(await PostAsync("get-next-job", BareCall.V2Next.Request)) is { } jobId)
        {
            var answer = await PostAsync("set-job-done", BareCall.V2Done.Request, jobId);
            if (!answer.AsSpan().SequenceEqual(BareCall.V2Done.Answer))
                throw new InvalidOperationException("A result was not taken.");
        }
        return _calls;
    }

    private async Task<byte[]> PostAsync(string verb, byte[] body, int? jobId = null)
    {
        _calls++;
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("backendversion", "2");
        request.Headers.TryAddWithoutValidation("tag", tag);
        request.Headers.TryAddWithoutValidation(verb, "true");
        if (jobId is { } id)
            request.Headers.TryAddWithoutValidation("jobid", id.ToString(CultureInfo.InvariantCulture));
        using var response = await client.SendAsync(request);
        return await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
    }

    /// <summary>The number in the answer to <c>get-next-job</c>; null if it says that there is no job.</summary>
    private static int? JobIdOf(byte[] answer)
    {
        var json = new Utf8JsonReader(answer);
        while (json.Read())
        {
            if (json.TokenType != JsonTokenType.PropertyName || !json.ValueTextEquals("job_id"u8))
                continue;
            json.Read();
            return json.GetInt32();
        }
        return null;
    }
}
