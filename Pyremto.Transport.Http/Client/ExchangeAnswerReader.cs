using System.Text.Json;

namespace Pyremto;

/// <summary>Reads the answer of the hot path by hand. Unknown fields are skipped.</summary>
internal static class ExchangeAnswerReader
{
    private static readonly JsonReaderOptions Depth = new() { MaxDepth = JsonText.MaxDepth + 8 };

    /// <exception cref="JsonException">It is no such answer.</exception>
    public static ExchangeAnswer Read(ReadOnlySpan<byte> body)
    {
        NextState? state = null;
        HandOut[] jobs = [];
        ReportOutcome[] outcomes = [];
        var json = new Utf8JsonReader(body, Depth);
        json.Read();
        Expect(json.TokenType == JsonTokenType.StartObject);
        while (JsonFields.Next(ref json))
        {
            if (json.ValueTextEquals("state"u8))
                state = State(ref json);
            else if (json.ValueTextEquals("jobs"u8))
                jobs = List(ref json, body, HandOut);
            else if (json.ValueTextEquals("outcomes"u8))
                outcomes = List(ref json, body, Outcome);
            else
                json.Skip();
        }
        Expect(state is not null && (state == NextState.Job) == (jobs.Length > 0));
        return new ExchangeAnswer { State = state!.Value, Jobs = jobs, Outcomes = outcomes };
    }

    private static NextState State(ref Utf8JsonReader json)
    {
        json.Read();
        Expect(json.TokenType == JsonTokenType.String);
        return json.ValueTextEquals("job"u8) ? NextState.Job
            : json.ValueTextEquals("wait"u8) ? NextState.Wait
            : json.ValueTextEquals("drained"u8) ? NextState.Drained
            : json.ValueTextEquals("done"u8) ? NextState.Done
            : json.ValueTextEquals("not_set_up"u8) ? NextState.NotSetUp
            : json.ValueTextEquals("paused"u8) ? NextState.Paused
            : throw new JsonException("The answer has an unknown state.");
    }

    private static HandOut HandOut(ref Utf8JsonReader json, ReadOnlySpan<byte> body)
    {
        string? tag = null;
        var instance = Guid.Empty;
        int? jobId = null, attempt = null;
        var repetition = 0;
        var lease = TagDefaults.Lease;
        JsonText description = default;
        Expect(json.TokenType == JsonTokenType.StartObject);
        while (JsonFields.Next(ref json))
        {
            if (json.ValueTextEquals("tag"u8))
                tag = Next(ref json).GetString();
            else if (json.ValueTextEquals("instance"u8))
                instance = Next(ref json).GetGuid();
            else if (json.ValueTextEquals("job_id"u8))
                jobId = Next(ref json).GetInt32();
            else if (json.ValueTextEquals("description"u8))
                description = Raw(ref json, body);
            else if (json.ValueTextEquals("attempt"u8))
                attempt = Next(ref json).GetInt32();
            else if (json.ValueTextEquals("repetition"u8))
                repetition = Next(ref json).GetInt32();
            else if (json.ValueTextEquals("lease_seconds"u8))
                lease = TimeSpan.FromSeconds(Next(ref json).GetDouble());
            else
                json.Skip();
        }
        Expect(tag is not null && jobId is not null && attempt is not null);
        return new HandOut(tag!, instance, jobId!.Value, description, attempt!.Value, repetition, lease);
    }

    private static ReportOutcome Outcome(ref Utf8JsonReader json, ReadOnlySpan<byte> body)
    {
        int? jobId = null;
        ReportVerdict? verdict = null;
        var differs = false;
        string? code = null, message = null;
        Expect(json.TokenType == JsonTokenType.StartObject);
        while (JsonFields.Next(ref json))
        {
            if (json.ValueTextEquals("job_id"u8))
                jobId = Next(ref json).GetInt32();
            else if (json.ValueTextEquals("outcome"u8))
                verdict = Verdict(ref json);
            else if (json.ValueTextEquals("differs"u8))
                differs = Next(ref json).GetBoolean();
            else if (json.ValueTextEquals("code"u8))
                code = Next(ref json).GetString();
            else if (json.ValueTextEquals("message"u8))
                message = Next(ref json).GetString();
            else
                json.Skip();
        }
        Expect(jobId is not null && verdict is not null);
        return new ReportOutcome(jobId!.Value, verdict!.Value, differs, code, message);
    }

    private static ReportVerdict Verdict(ref Utf8JsonReader json)
    {
        json.Read();
        Expect(json.TokenType == JsonTokenType.String);
        return json.ValueTextEquals("accepted"u8) ? ReportVerdict.Accepted
            : json.ValueTextEquals("already_done"u8) ? ReportVerdict.AlreadyDone
            : json.ValueTextEquals("not_held"u8) ? ReportVerdict.NotHeld
            : json.ValueTextEquals("refused"u8) ? ReportVerdict.Refused
            : throw new JsonException("The answer has an unknown outcome.");
    }

    /// <summary>A value as it stands there; the reader has seen that it is JSON, and coordinators send no white space.</summary>
    private static JsonText Raw(ref Utf8JsonReader json, ReadOnlySpan<byte> body)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null)
            return default;
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return JsonText.FromTrusted(body[start..(int)json.BytesConsumed].ToArray());
    }

    private static T[] List<T>(ref Utf8JsonReader json, ReadOnlySpan<byte> body, JsonFields.ReadItem<T> read)
    {
        json.Read();
        Expect(json.TokenType == JsonTokenType.StartArray);
        json.Read();
        if (json.TokenType == JsonTokenType.EndArray)
            return [];
        var first = read(ref json, body);
        json.Read();
        if (json.TokenType == JsonTokenType.EndArray)
            return [first]; // as it mostly is
        List<T> list = [first];
        do
            list.Add(read(ref json, body));
        while (json.Read() && json.TokenType != JsonTokenType.EndArray);
        return [.. list];
    }

    private static ref Utf8JsonReader Next(ref Utf8JsonReader json)
    {
        json.Read();
        return ref json;
    }

    private static void Expect(bool holds)
    {
        if (!holds)
            throw new JsonException("The answer is not what belongs to the request.");
    }
}
