using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pyremto;

/// <summary>A <see cref="TimeSpan"/> that is a number of seconds on the wire.</summary>
/// <remarks>Public because the source-generated contexts of transports, which carry our contracts inside messages of their own, have to see it.</remarks>
public sealed class SecondsConverter : JsonConverter<TimeSpan>
{
    /// <inheritdoc/>
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var seconds = reader.GetDouble();
        if (!(Math.Abs(seconds) <= TimeSpan.MaxValue.TotalSeconds / 2))
            throw new JsonException("The number of seconds is out of range.");
        return TimeSpan.FromSeconds(seconds);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.TotalSeconds);
}

/// <summary>A <see cref="TimeSpan"/> that is a number of seconds, or null, on the wire.</summary>
/// <remarks>Public because the source-generated contexts of transports, which carry our contracts inside messages of their own, have to see it.</remarks>
public sealed class NullableSecondsConverter : JsonConverter<TimeSpan?>
{
    private static readonly SecondsConverter Seconds = new();

    /// <inheritdoc/>
    public override TimeSpan? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? null : Seconds.Read(ref reader, typeof(TimeSpan), options);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TimeSpan? value, JsonSerializerOptions options)
    {
        if (value is { } seconds)
            Seconds.Write(writer, seconds, options);
        else
            writer.WriteNullValue();
    }
}
