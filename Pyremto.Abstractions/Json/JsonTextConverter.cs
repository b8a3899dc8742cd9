using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pyremto;

/// <summary>Carries a <see cref="JsonText"/> inside another JSON document as it is.</summary>
internal sealed class JsonTextConverter : JsonConverter<JsonText>
{
    public override bool HandleNull => true;

    public override JsonText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var element = JsonElement.ParseValue(ref reader);
        var raw = JsonMarshal.GetRawUtf8Value(element);
        return JsonTextParser.Problem(raw) is { } problem ? throw new JsonException(problem) : JsonText.FromTrusted(JsonTextParser.Minify(raw));
    }

    public override void Write(Utf8JsonWriter writer, JsonText value, JsonSerializerOptions options)
    {
        if (value.IsEmpty)
            writer.WriteNullValue();
        else
            writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
    }
}
