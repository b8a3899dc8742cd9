using System.Buffers;
using System.Text.Json;

namespace Pyremto;

/// <summary>Messages as the bodies of frames.</summary>
internal static class FrameBody
{
    public static void Write<T>(Utf8JsonWriter json, T message)
    {
        switch (message)
        {
            case ExchangeRequest request:
                WireJson.Write(json, request, PayloadForm.Lossless);
                break;
            case ExchangeAnswer answer:
                WireJson.Write(json, answer, PayloadForm.Lossless);
                break;
            default:
                JsonSerializer.Serialize(json, message, Contract<T>.Json);
                break;
        }
    }

    /// <summary>Reads a message.</summary>
    /// <exception cref="JsonException">It is not one.</exception>
    /// <exception cref="PyremtoException">A field of it is missing or not what it has to be.</exception>
    public static T Read<T>(in ReadOnlySequence<byte> body)
    {
        if (body.IsSingleSegment)
            return Read<T>(body.FirstSpan);
        // In one piece, since readers of JSON are slow over many.
        var length = checked((int)body.Length);
        var whole = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            body.CopyTo(whole);
            return Read<T>(whole.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    private static T Read<T>(ReadOnlySpan<byte> body)
    {
        if (typeof(T) == typeof(Nothing))
            return default!;
        if (typeof(T) == typeof(ExchangeRequest))
            return (T)(object)WireJson.ReadExchangeRequest(body, PayloadForm.Lossless);
        if (typeof(T) == typeof(ExchangeAnswer))
            return (T)(object)WireJson.ReadExchangeAnswer(body, PayloadForm.Lossless);
        if (typeof(T) == typeof(Heartbeat))
            return (T)(object)WireJson.ReadHeartbeat(body);
        var reader = new Utf8JsonReader(body, ContractOptions.Reading);
        var message = JsonSerializer.Deserialize(ref reader, Contract<T>.Json) ?? throw new JsonException("it is null");
        return !reader.Read() ? message : throw new JsonException("something follows it");
    }
}
