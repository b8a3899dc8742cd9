using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.ObjectPool;

namespace Pyremto;

/// <summary>Writes JSON answers: whole, with their length, from buffers that are used again. Thread-safe.</summary>
internal sealed class Answers
{
    private readonly ObjectPool<AnswerBuffer> _buffers = new DefaultObjectPool<AnswerBuffer>(new AnswerBufferPolicy(), 256);

    /// <summary>A buffer for one answer; give it back.</summary>
    public AnswerBuffer Rent() => _buffers.Get();

    public void Return(AnswerBuffer buffer) => _buffers.Return(buffer);

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
    public static async ValueTask<System.IO.Pipelines.FlushResult> SendAsync(HttpResponse response, AnswerBuffer buffer, string contentType)
    {
        var bytes = buffer.Written;
        response.ContentType = contentType;
        response.ContentLength = bytes.Length;
        response.BodyWriter.Write(bytes);
        return await response.BodyWriter.FlushAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private sealed class AnswerBufferPolicy : PooledObjectPolicy<AnswerBuffer>
    {
        public override AnswerBuffer Create() => new();

        public override bool Return(AnswerBuffer obj) => obj.TryReset();
    }
}

/// <summary>Holds an answer until its length is known. Not thread-safe.</summary>
internal sealed class AnswerBuffer
{
    private const int MostKept = 256 << 10;

    public AnswerBuffer() => Json = new Utf8JsonWriter(Bytes, new JsonWriterOptions { SkipValidation = true });

    private ArrayBufferWriter<byte> Bytes { get; } = new(1024);

    public Utf8JsonWriter Json { get; }

    /// <summary>All that was written so far.</summary>
    public ReadOnlySpan<byte> Written
    {
        get
        {
            Json.Flush();
            return Bytes.WrittenSpan;
        }
    }

    /// <summary>Makes it ready for the next answer; false if it has grown too large to be kept.</summary>
    public bool TryReset()
    {
        if (Bytes.Capacity > MostKept)
            return false;
        Bytes.ResetWrittenCount();
        Json.Reset();
        return true;
    }
}
