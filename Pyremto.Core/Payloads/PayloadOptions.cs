using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Pyremto;

/// <summary>
/// How typed descriptions and results become JSON and back: snake_case written, read case-insensitively, NaN and Infinity written as
/// null (S13). Metadata that a caller brings keeps its own naming policy and encoder where it has one.
/// </summary>
internal static class PayloadOptions
{
    /// <summary>The rules over a caller's own options.</summary>
    public static JsonSerializerOptions Adapt(JsonSerializerOptions given) => Adapt(given, given.TypeInfoResolver);

    /// <summary>The rules over metadata alone; reflection fills what it leaves open, unless the program was trimmed.</summary>
    public static JsonSerializerOptions Over(IJsonTypeInfoResolver? metadata) => Adapt(
        metadata is JsonSerializerContext context ? context.Options : new JsonSerializerOptions(),
        JsonTypeInfoResolver.Combine(metadata, JsonSerializer.IsReflectionEnabledByDefault ? ByReflection() : null));

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Called only where reflection is enabled, which trimming turns off.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Called only where reflection is enabled, which native AOT turns off.")]
    private static DefaultJsonTypeInfoResolver ByReflection() => new();

    private static JsonSerializerOptions Adapt(JsonSerializerOptions given, IJsonTypeInfoResolver? metadata)
    {
        var options = new JsonSerializerOptions(given)
        {
            TypeInfoResolver = metadata,
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
