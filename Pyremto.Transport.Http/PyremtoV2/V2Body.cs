using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace Pyremto;

/// <summary>Reads the two bodies of the v2 protocol that say something: JSON in JSON strings.</summary>
internal static class V2Body
{
    /// <summary>Reads a JSON string that holds the JSON text of a result.</summary>
    /// <exception cref="InvalidJobException">The body is something else.</exception>
    public static async ValueTask<JsonText> ReadResultAsync(PipeReader body, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (!read.IsCompleted)
            {
                body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }
            try
            {
                return ParseResult(read.Buffer);
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException)
            {
                throw new InvalidJobException($"The body is no JSON string that holds the result: {error.Message}");
            }
            finally
            {
                body.AdvanceTo(read.Buffer.End);
            }
        }
    }

    /// <summary>Decodes the JSON string where the reader stands, which holds the JSON text of something called <paramref name="what"/>.</summary>
    /// <exception cref="InvalidJobException">The text is no JSON.</exception>
    /// <exception cref="InvalidOperationException">The string is no valid text.</exception>
    public static JsonText Decode(ref Utf8JsonReader reader, string what)
    {
        var length = reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var decoded = buffer.AsSpan(0, reader.CopyString(buffer));
            return JsonText.TryParsePython(decoded, out var text, out var problem)
                ? text
                : throw new InvalidJobException($"The {what} is no JSON text: {problem}");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static JsonText ParseResult(ReadOnlySequence<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        if (!reader.Read() || reader.TokenType != JsonTokenType.String)
            throw new InvalidJobException("The body is no JSON string that holds the result.");
        var result = Decode(ref reader, "result");
        reader.Read(); // throws where something follows
        return result;
    }
}
