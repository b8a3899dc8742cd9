using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pyremto;

/// <summary>Writes what JSON has no word for, NaN and Infinity, as null, and reads null as NaN (S13).</summary>
internal abstract class NonFiniteConverter<T> : JsonConverter<T>
    where T : struct, IFloatingPointIeee754<T>
{
    public override bool HandleNull => true;

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return T.NaN;
        var quoted = reader.TokenType == JsonTokenType.String
            && options.NumberHandling.HasFlag(JsonNumberHandling.AllowReadingFromString);
        if (!quoted)
            return ReadNumber(ref reader);
        return T.TryParse(reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new JsonException("The text is not a number.");
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        if (T.IsFinite(value))
            WriteNumber(writer, value);
        else
            writer.WriteNullValue();
    }

    protected abstract T ReadNumber(ref Utf8JsonReader reader);

    protected abstract void WriteNumber(Utf8JsonWriter writer, T value);
}

internal sealed class NonFiniteDoubleConverter : NonFiniteConverter<double>
{
    protected override double ReadNumber(ref Utf8JsonReader reader) => reader.GetDouble();

    protected override void WriteNumber(Utf8JsonWriter writer, double value) => writer.WriteNumberValue(value);
}

internal sealed class NonFiniteSingleConverter : NonFiniteConverter<float>
{
    protected override float ReadNumber(ref Utf8JsonReader reader) => reader.GetSingle();

    protected override void WriteNumber(Utf8JsonWriter writer, float value) => writer.WriteNumberValue(value);
}

internal sealed class NonFiniteHalfConverter : NonFiniteConverter<Half>
{
    protected override Half ReadNumber(ref Utf8JsonReader reader) => (Half)reader.GetSingle();

    protected override void WriteNumber(Utf8JsonWriter writer, Half value) =>
        writer.WriteRawValue(value.ToString(CultureInfo.InvariantCulture));
}
