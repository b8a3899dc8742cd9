using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Pyremto;

/// <summary>Reads and writes one payload. <see cref="JsonText"/> is taken as it is; a mismatch is said in words that help who reads
/// them.</summary>
internal static class Payload
{
    /// <summary>Makes the exception that the caller is to see.</summary>
    public delegate Exception Refusal(string message, Exception? cause);

    public static T Read<T>(JsonText text, JsonTypeInfo<T>? typeInfo, string what, Refusal refuse)
    {
        if (typeInfo is null || typeof(T) == typeof(JsonText))
            return (T)(object)text;
        T? value;
        try
        {
            value = Deserialize(text, typeInfo);
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            throw refuse($"{what} cannot be read as {typeof(T).Name}: {error.Message}", error);
        }
        return value ?? throw refuse($"{what} is null and cannot be read as {typeof(T).Name}.", null);
    }

    /// <summary>Only where the type has a string for a text with half of a surrogate pair is it read in its readable form: others may
    /// carry it untouched.</summary>
    private static T? Deserialize<T>(JsonText text, JsonTypeInfo<T> typeInfo)
    {
        try
        {
            return JsonSerializer.Deserialize(text.Utf8.Span, typeInfo);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException && !text.Readable.Equals(text.Utf8))
        {
            return JsonSerializer.Deserialize(text.Readable.Span, typeInfo);
        }
    }

    /// <summary>Whether it is an object, and its size, is for others to check. Whatever a getter throws is a refusal too.</summary>
    public static JsonText Write<T>(T value, JsonTypeInfo<T>? typeInfo, string what, Refusal refuse)
    {
        if (value is JsonText text)
            return text;
        try
        {
            return JsonText.Parse(JsonSerializer.SerializeToUtf8Bytes(value, typeInfo!));
        }
        catch (Exception error)
        {
            var why = error is JsonException or NotSupportedException ? error.Message : $"{error.GetType().Name}: {error.Message}";
            throw refuse($"{what} cannot be written as JSON: {why}", error);
        }
    }
}
