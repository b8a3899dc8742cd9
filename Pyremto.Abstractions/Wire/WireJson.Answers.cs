using System.Text.Json;

namespace Pyremto;

/// <content>What is answered.</content>
public static partial class WireJson
{
    /// <summary>Reads an <see cref="ExchangeAnswer"/>.</summary>
    /// <param name="message">UTF-8.</param>
    /// <param name="form">How payloads stand in it.</param>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="PyremtoException">A field is missing or not what it has to be.</exception>
    public static ExchangeAnswer ReadExchangeAnswer(ReadOnlySpan<byte> message, PayloadForm form = PayloadForm.Plain)
    {
        NextState? state = null;
        IReadOnlyList<HandOut> jobs = [];
        IReadOnlyList<ReportOutcome> outcomes = [];
        IReadOnlyList<RefusedTag> refused = [];
        var body = new WireBody(message, form);
        var json = Start(message);
        while (JsonFields.Next(ref json))
        {
            if (json.ValueTextEquals("state"u8))
                state = ReadName<NextState>(ref json, "state", StateNames);
            else if (json.ValueTextEquals("jobs"u8))
                jobs = JsonFields.List(ref json, body, "jobs", ReadHandOut);
            else if (json.ValueTextEquals("outcomes"u8))
                outcomes = JsonFields.List(ref json, body, "outcomes", ReadOutcome);
            else if (json.ValueTextEquals("refused_tags"u8))
                refused = JsonFields.List(ref json, body, "refused_tags", ReadRefusedTag);
            else
                json.Skip();
        }
        End(ref json);
        return new ExchangeAnswer
        {
            State = state ?? throw JsonFields.Missing("An answer", "state"), Jobs = jobs, Outcomes = outcomes, RefusedTags = refused,
        };
    }

    private static HandOut ReadHandOut(ref Utf8JsonReader json, in WireBody body)
    {
        string? tag = null;
        Guid? instance = null;
        int? jobId = null, attempt = null;
        var repetition = 0;
        JsonText description = default;
        var lease = TagDefaults.Lease;
        JsonFields.Object(json, "A job in 'jobs'");
        while (JsonFields.Next(ref json))
        {
            if (json.ValueTextEquals("tag"u8))
            {
                tag = JsonFields.Text(ref json, "tag");
            }
            else if (json.ValueTextEquals("instance"u8))
            {
                instance = JsonFields.OptionalGuid(ref json, "instance");
            }
            else if (json.ValueTextEquals("job_id"u8))
            {
                jobId = JsonFields.Int32(ref json, "job_id");
            }
            else if (json.ValueTextEquals("description"u8))
            {
                json.Read();
                description = JsonFields.Value(ref json, body);
            }
            else if (json.ValueTextEquals("attempt"u8))
            {
                attempt = JsonFields.Int32(ref json, "attempt");
            }
            else if (json.ValueTextEquals("repetition"u8))
            {
                repetition = JsonFields.Int32(ref json, "repetition");
            }
            else if (json.ValueTextEquals("lease_seconds"u8))
            {
                lease = JsonFields.Seconds(ref json, "lease_seconds");
            }
            else
            {
                json.Skip();
            }
        }
        return new HandOut(
            tag ?? throw JsonFields.Missing("A job in 'jobs'", "tag"),
            instance ?? throw JsonFields.Missing("A job in 'jobs'", "instance"),
            jobId ?? throw JsonFields.Missing("A job in 'jobs'", "job_id"),
            description,
            attempt ?? throw JsonFields.Missing("A job in 'jobs'", "attempt"),
            repetition,
            lease);
    }

    private static ReportOutcome ReadOutcome(ref Utf8JsonReader json, in WireBody body)
    {
        int? jobId = null;
        ReportVerdict? verdict = null;
        var differs = false;
        string? code = null, message = null;
        JsonFields.Object(json, "An outcome");
        while (JsonFields.Next(ref json))
        {
            if (json.ValueTextEquals("job_id"u8))
                jobId = JsonFields.Int32(ref json, "job_id");
            else if (json.ValueTextEquals("outcome"u8))
                verdict = ReadName<ReportVerdict>(ref json, "outcome", VerdictNames);
            else if (json.ValueTextEquals("differs"u8))
                differs = JsonFields.Boolean(ref json, "differs");
            else if (json.ValueTextEquals("code"u8))
                code = JsonFields.Text(ref json, "code");
            else if (json.ValueTextEquals("message"u8))
                message = JsonFields.Text(ref json, "message");
            else
                json.Skip();
        }
        return new ReportOutcome(
            jobId ?? throw JsonFields.Missing("An outcome", "job_id"), verdict ?? throw JsonFields.Missing("An outcome", "outcome"), differs, code,
            message);
    }

    private static RefusedTag ReadRefusedTag(ref Utf8JsonReader json, in WireBody body)
    {
        string? tag = null, code = null, message = null;
        JsonFields.Object(json, "A refused tag");
        while (JsonFields.Next(ref json))
        {
            if (json.ValueTextEquals("tag"u8))
                tag = JsonFields.Text(ref json, "tag");
            else if (json.ValueTextEquals("code"u8))
                code = JsonFields.Text(ref json, "code");
            else if (json.ValueTextEquals("message"u8))
                message = JsonFields.Text(ref json, "message");
            else
                json.Skip();
        }
        return new RefusedTag(
            tag ?? throw JsonFields.Missing("A refused tag", "tag"),
            code ?? throw JsonFields.Missing("A refused tag", "code"),
            message ?? "");
    }

    private static T ReadName<T>(ref Utf8JsonReader json, string field, JsonEncodedText[] names)
        where T : struct, Enum
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String)
        {
            for (var i = 0; i < names.Length; i++)
            {
                if (json.ValueTextEquals(names[i].EncodedUtf8Bytes))
                    return System.Runtime.CompilerServices.Unsafe.BitCast<int, T>(i);
            }
        }
        throw JsonFields.Wrong(field, $"one of {string.Join(", ", names)}");
    }
}
