using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Pyremto;

/// <summary>Writes JSON answers: whole, with their length, from buffers that are used again. Thread-safe.</summary>
internal sealed class Answers
{
    private readonly JsonBuffers _buffers = new();

    /// <summary>A buffer for one answer; give it back.</summary>
    public JsonBuffer Rent() => _buffers.Rent();

    public void Return(JsonBuffer buffer) => _buffers.Return(buffer);

    public async Task JsonAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK, string? contentType = null)
    {
        var buffer = Rent();
        try
        {
            JsonSerializer.Serialize(buffer.Json, value, type);
            context.Response.StatusCode = status;
            await SendAsync(context.Response, buffer, contentType ?? HttpNames.Json).ConfigureAwait(false);
        }
        finally
        {
            Return(buffer);
        }
    }

    /// <summary>Sends what the buffer holds as the whole answer.</summary>
    public static async ValueTask<System.IO.Pipelines.FlushResult> SendAsync(HttpResponse response, JsonBuffer buffer, string contentType)
    {
        var bytes = buffer.Written;
        response.ContentType = contentType;
        response.ContentLength = bytes.Length;
        response.BodyWriter.Write(bytes.Span);
        return await response.BodyWriter.FlushAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
