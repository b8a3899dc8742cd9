using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Pyremto;

/// <summary>
/// How typed descriptions and results become JSON and back: snake_case written, read case-insensitively, NaN and Infinity written as
/// null (S13). Metadata that a caller brings keeps its own naming policy and encoder where it has one.
/// </summary>
internal sealed class PayloadJson
{
    private readonly ConditionalWeakTable<JsonSerializerOptions, JsonSerializerOptions> _adapted = [];
    private JsonSerializerOptions? _reflected;

    [RequiresUnreferencedCode(Reflection.NeedsMembers)]
    [RequiresDynamicCode(Reflection.NeedsCode)]
    public JsonTypeInfo<T> Reflected<T>()
    {
        var options = _reflected ??= Adapt(new JsonSerializerOptions { TypeInfoResolver = new DefaultJsonTypeInfoResolver() });
        try
        {
            return (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
        }
        catch (Exception error) when (error is NotSupportedException or InvalidOperationException)
        {
            throw new InvalidJobException($"{typeof(T).Name} cannot be written as or read from JSON: {error.Message}");
        }
    }

    public JsonTypeInfo<T> Adapted<T>(JsonTypeInfo<T> given)
    {
        ArgumentNullException.ThrowIfNull(given);
        var options = _adapted.GetValue(given.Options, static options => Adapt(options));
        return options.TryGetTypeInfo(typeof(T), out var adapted) ? (JsonTypeInfo<T>)adapted : given;
    }

    /// <summary>Writes a payload; the scheduler checks that it is an object and its size.</summary>
    /// <exception cref="InvalidJobException">It cannot be written as JSON.</exception>
    public static JsonText Write<T>(T value, JsonTypeInfo<T> typeInfo, string what)
    {
        if (value is JsonText text)
            return text;
        try
        {
            return JsonText.Parse(JsonSerializer.SerializeToUtf8Bytes(value, typeInfo));
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidJobException($"{what} cannot be written as JSON: {error.Message}");
        }
    }

    /// <summary>Reads a payload.</summary>
    /// <exception cref="InvalidJobException">It does not fit the type.</exception>
    public static T Read<T>(JsonText text, JsonTypeInfo<T> typeInfo, string what)
    {
        if (typeof(T) == typeof(JsonText))
            return (T)(object)text;
        try
        {
            return JsonSerializer.Deserialize(text.Utf8.Span, typeInfo)
                ?? throw new InvalidJobException($"{what} is null and cannot be read as {typeof(T).Name}.");
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidJobException($"{what} cannot be read as {typeof(T).Name}: {error.Message}");
        }
    }

    private static JsonSerializerOptions Adapt(JsonSerializerOptions given)
    {
        var options = new JsonSerializerOptions(given)
        {
            WriteIndented = false,
            MaxDepth = JsonText.MaxDepth,
            PropertyNameCaseInsensitive = true,
            PropertyNamingPolicy = given.PropertyNamingPolicy ?? JsonNamingPolicy.SnakeCaseLower,
            Encoder = given.Encoder ?? JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.Converters.Add(new NonFiniteDoubleConverter());
        options.Converters.Add(new NonFiniteSingleConverter());
        options.Converters.Add(new NonFiniteHalfConverter());
        options.MakeReadOnly();
        return options;
    }
}

/// <summary>What callers are told who trim or compile ahead of time.</summary>
internal static class Reflection
{
    public const string NeedsMembers = "The type is written and read by reflection; use the overload with a JsonTypeInfo where the program is trimmed.";
    public const string NeedsCode = "The type is written and read by reflection; use the overload with a JsonTypeInfo in native AOT.";
}
