using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.ObjectPool;

namespace Pyremto;

/// <summary>Buffers that are used again. Thread-safe.</summary>
internal sealed class JsonBuffers
{
    private readonly ObjectPool<JsonBuffer> _buffers = new DefaultObjectPool<JsonBuffer>(new Policy(), 256);

    /// <summary>An empty buffer; give it back.</summary>
    public JsonBuffer Rent() => _buffers.Get();

    public void Return(JsonBuffer buffer) => _buffers.Return(buffer);

    private sealed class Policy : PooledObjectPolicy<JsonBuffer>
    {
        public override JsonBuffer Create() => new();

        public override bool Return(JsonBuffer obj) => obj.TryReset();
    }
}

/// <summary>Holds a request or an answer until its length is known. Not thread-safe.</summary>
internal sealed class JsonBuffer
{
    private const int MostKept = 256 << 10;

    public JsonBuffer() => Json = new Utf8JsonWriter(Bytes, new JsonWriterOptions
    {
        SkipValidation = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // for people to read; nothing here is HTML, as its type and nosniff say
    });

    /// <summary>What <see cref="Json"/> writes into.</summary>
    public ArrayBufferWriter<byte> Bytes { get; } = new(1024);

    public Utf8JsonWriter Json { get; }

    /// <summary>All that was written so far.</summary>
    public ReadOnlyMemory<byte> Written
    {
        get
        {
            Json.Flush();
            return Bytes.WrittenMemory;
        }
    }

    /// <summary>Makes it ready for the next use; false if it has grown too large to be kept.</summary>
    public bool TryReset()
    {
        if (Bytes.Capacity > MostKept)
            return false;
        Bytes.ResetWrittenCount();
        Json.Reset();
        return true;
    }
}
