using System.Buffers;
using System.Text.Json;

namespace Pyremto;

/// <summary>Reads JSON text in JSON strings, as the v2 protocol sends it.</summary>
internal static class V2Body
{
    /// <summary>Reads the body of a report: a JSON string that holds the JSON text of a result.</summary>
    /// <exception cref="InvalidJobException">The body is something else.</exception>
    public static JsonText ParseResult(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        if (!reader.Read() || reader.TokenType != JsonTokenType.String)
            throw new InvalidJobException("The body is no JSON string that holds the result.");
        var result = Decode(ref reader, "result");
        reader.Read(); // throws where something follows
        return result;
    }

    /// <summary>Decodes the JSON string where the reader stands, which holds the JSON text of <paramref name="what"/>.</summary>
    /// <exception cref="InvalidJobException">The text is no JSON.</exception>
    /// <exception cref="InvalidOperationException">The string is no valid text.</exception>
    public static JsonText Decode(ref Utf8JsonReader reader, string what)
    {
        var length = reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var decoded = buffer.AsSpan(0, CopyString(ref reader, buffer));
            return JsonText.TryParsePython(decoded, out var text, out var problem)
                ? text
                : throw new InvalidJobException($"The {what} is no JSON text: {problem}");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Half of a surrogate pair becomes the letters of its escape, and so is one again in the text that the string
    /// holds.</summary>
    private static int CopyString(ref Utf8JsonReader reader, byte[] buffer)
    {
        try
        {
            return reader.CopyString(buffer);
        }
        catch (InvalidOperationException)
        {
            var raw = reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;
            var readable = new Utf8JsonReader(JsonText.Parse([(byte)'"', .. raw, (byte)'"']).Readable.Span);
            readable.Read();
            return readable.CopyString(buffer);
        }
    }
}
