using System.Text.Json;

namespace Pyremto;

/// <summary>Writes the request of the hot path by hand; what has its default is left out.</summary>
internal static class ExchangeRequestJson
{
    private static readonly JsonEncodedText Tags = JsonEncodedText.Encode("tags");
    private static readonly JsonEncodedText Tag = JsonEncodedText.Encode("tag");
    private static readonly JsonEncodedText Password = JsonEncodedText.Encode("password");
    private static readonly JsonEncodedText ViewToken = JsonEncodedText.Encode("view_token");
    private static readonly JsonEncodedText Worker = JsonEncodedText.Encode("worker");
    private static readonly JsonEncodedText RequestId = JsonEncodedText.Encode("request_id");
    private static readonly JsonEncodedText WaitSeconds = JsonEncodedText.Encode("wait_seconds");
    private static readonly JsonEncodedText Count = JsonEncodedText.Encode("count");
    private static readonly JsonEncodedText Done = JsonEncodedText.Encode("done");
    private static readonly JsonEncodedText Failed = JsonEncodedText.Encode("failed");
    private static readonly JsonEncodedText Released = JsonEncodedText.Encode("released");
    private static readonly JsonEncodedText JobId = JsonEncodedText.Encode("job_id");
    private static readonly JsonEncodedText Result = JsonEncodedText.Encode("result");
    private static readonly JsonEncodedText Error = JsonEncodedText.Encode("error");
    private static readonly JsonEncodedText ExitCode = JsonEncodedText.Encode("exit_code");
    private static readonly JsonEncodedText Final = JsonEncodedText.Encode("final");
    private static readonly JsonEncodedText Attempt = JsonEncodedText.Encode("attempt");
    private static readonly JsonEncodedText Instance = JsonEncodedText.Encode("instance");

    public static void Write(Utf8JsonWriter json, ExchangeRequest request)
    {
        json.WriteStartObject();
        json.WriteStartArray(Tags);
        for (var i = 0; i < request.Tags.Count; i++)
            Write(json, request.Tags[i]);
        json.WriteEndArray();
        if (request.Worker is { } worker)
            json.WriteString(Worker, worker);
        if (request.RequestId is { } id)
            json.WriteString(RequestId, id);
        if (request.Wait != TimeSpan.Zero)
            json.WriteNumber(WaitSeconds, request.Wait.TotalSeconds);
        if (request.Count != 1)
            json.WriteNumber(Count, request.Count);
        WriteReports(json, request);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TagAccess access)
    {
        json.WriteStartObject();
        json.WriteString(Tag, access.Tag);
        if (access.Password is { } password)
            json.WriteString(Password, password);
        if (access.ViewToken is { } token)
            json.WriteString(ViewToken, token);
        json.WriteEndObject();
    }

    private static void WriteReports(Utf8JsonWriter json, ExchangeRequest request)
    {
        if (request.Done.Count > 0)
        {
            json.WriteStartArray(Done);
            for (var i = 0; i < request.Done.Count; i++)
                Write(json, request.Done[i]);
            json.WriteEndArray();
        }
        if (request.Failed.Count > 0)
        {
            json.WriteStartArray(Failed);
            for (var i = 0; i < request.Failed.Count; i++)
                Write(json, request.Failed[i]);
            json.WriteEndArray();
        }
        if (request.Released.Count > 0)
        {
            json.WriteStartArray(Released);
            for (var i = 0; i < request.Released.Count; i++)
                Write(json, request.Released[i]);
            json.WriteEndArray();
        }
    }

    private static void Write(Utf8JsonWriter json, DoneReport report)
    {
        Begin(json, report.JobId, report.Attempt, report.Tag, report.Instance);
        json.WritePropertyName(Result);
        json.WriteRawValue(report.Result.IsEmpty ? "null"u8 : report.Result.Utf8.Span, skipInputValidation: true);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, FailedReport report)
    {
        Begin(json, report.JobId, report.Attempt, report.Tag, report.Instance);
        json.WriteString(Error, report.Error);
        if (report.ExitCode is { } exitCode)
            json.WriteNumber(ExitCode, exitCode);
        if (report.Final)
            json.WriteBoolean(Final, value: true);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReleasedReport report)
    {
        Begin(json, report.JobId, report.Attempt, report.Tag, report.Instance);
        json.WriteEndObject();
    }

    private static void Begin(Utf8JsonWriter json, int jobId, int? attempt, string? tag, Guid? instance)
    {
        json.WriteStartObject();
        json.WriteNumber(JobId, jobId);
        if (attempt is { } number)
            json.WriteNumber(Attempt, number);
        if (tag is not null)
            json.WriteString(Tag, tag);
        if (instance is { } id)
            json.WriteString(Instance, id);
    }
}
