using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Pyremto;

/// <summary>Reads and writes the payloads of a <see cref="RemoteControl"/>, with metadata by reflection or from the caller.</summary>
internal sealed class PayloadJson
{
    private readonly ConditionalWeakTable<JsonSerializerOptions, JsonSerializerOptions> _adapted = [];
    private JsonSerializerOptions? _reflected;

    [RequiresUnreferencedCode(Reflection.NeedsMembers)]
    [RequiresDynamicCode(Reflection.NeedsCode)]
    public JsonTypeInfo<T> Reflected<T>()
    {
        var options = _reflected ??= PayloadOptions.Adapt(new JsonSerializerOptions { TypeInfoResolver = new DefaultJsonTypeInfoResolver() });
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
        var options = _adapted.GetValue(given.Options, PayloadOptions.Adapt);
        return options.TryGetTypeInfo(typeof(T), out var adapted) ? (JsonTypeInfo<T>)adapted : given;
    }

    /// <summary>Writes a payload; the scheduler checks that it is an object and its size.</summary>
    /// <exception cref="InvalidJobException">It cannot be written as JSON.</exception>
    public static JsonText Write<T>(T value, JsonTypeInfo<T> typeInfo, string what) => Payload.Write(value, typeInfo, what, Refuse);

    /// <summary>Reads a payload.</summary>
    /// <exception cref="InvalidJobException">It does not fit the type.</exception>
    public static T Read<T>(JsonText text, JsonTypeInfo<T> typeInfo, string what) => Payload.Read(text, typeInfo, what, Refuse);

    private static InvalidJobException Refuse(string message, Exception? cause) => new(message);
}

/// <summary>What callers are told who trim or compile ahead of time.</summary>
internal static class Reflection
{
    public const string NeedsMembers = "The type is written and read by reflection; use the overload with a JsonTypeInfo where the program is trimmed.";
    public const string NeedsCode = "The type is written and read by reflection; use the overload with a JsonTypeInfo in native AOT.";
}
