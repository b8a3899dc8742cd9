using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pyremto;

/// <summary>
/// Carries a <see cref="JsonText"/> through a pipe with the <c>NaN</c> and <c>Infinity</c> that it had (S13), for a reader of the v2
/// protocol behind a relay. Such a text, which is no valid JSON, and one that is a string crosses as a string that holds it; all others
/// cross as they are.
/// </summary>
internal sealed class LosslessJsonTextConverter : JsonConverter<JsonText>
{
    public override bool HandleNull => true;

    public override JsonText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            return ((JsonConverter<JsonText>)PyremtoJson.Default.JsonText.Converter).Read(ref reader, typeToConvert, options);
        return JsonText.TryParsePython(Encoding.UTF8.GetBytes(reader.GetString()!), out var text, out var problem)
            ? text
            : throw new JsonException(problem);
    }

    public override void Write(Utf8JsonWriter writer, JsonText value, JsonSerializerOptions options)
    {
        if (value.IsEmpty)
            writer.WriteNullValue();
        else if (value.HasNonFinite || value.Utf8.Span[0] == (byte)'"')
            writer.WriteStringValue(value.Original.Span);
        else
            writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
    }
}
