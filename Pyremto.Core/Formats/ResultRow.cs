using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Pyremto;

/// <summary>The fields of a result in every format, in their order.</summary>
internal static class ResultRow
{
    private static readonly JsonWriterOptions Unchecked = new() { SkipValidation = true };

    /// <summary>A moment as every format writes it: UTC, ISO 8601.</summary>
    public static string Moment(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>Writes a row as a JSON object; payloads stand in it as they came (S13).</summary>
    public static void WriteJson(JobResult row, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, Unchecked);
        json.WriteStartObject();
        json.WriteNumber("job_id"u8, row.JobId);
        json.WriteNumber("repetition"u8, row.Repetition);
        WritePayload(json, "description"u8, row.Description);
        WritePayload(json, "result"u8, row.Result);
        json.WriteNumber("attempt"u8, row.Attempt);
        json.WriteString("worker"u8, row.Worker);
        json.WriteString("started_at"u8, Moment(row.StartedAt));
        json.WriteString("done_at"u8, Moment(row.DoneAt));
        json.WriteNumber("duration_seconds"u8, row.DurationSeconds);
        json.WriteEndObject();
    }

    private static void WritePayload(Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonText payload)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(payload.IsEmpty ? "null"u8 : payload.Utf8.Span, skipInputValidation: true);
    }
}
