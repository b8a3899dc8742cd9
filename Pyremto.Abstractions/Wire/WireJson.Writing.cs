using System.Text.Json;

namespace Pyremto;

/// <content>How they are written.</content>
public static partial class WireJson
{
    private static readonly JsonEncodedText Attempt = JsonEncodedText.Encode("attempt");
    private static readonly JsonEncodedText Code = JsonEncodedText.Encode("code");
    private static readonly JsonEncodedText Count = JsonEncodedText.Encode("count");
    private static readonly JsonEncodedText Description = JsonEncodedText.Encode("description");
    private static readonly JsonEncodedText Differs = JsonEncodedText.Encode("differs");
    private static readonly JsonEncodedText Done = JsonEncodedText.Encode("done");
    private static readonly JsonEncodedText Error = JsonEncodedText.Encode("error");
    private static readonly JsonEncodedText ExitCode = JsonEncodedText.Encode("exit_code");
    private static readonly JsonEncodedText Failed = JsonEncodedText.Encode("failed");
    private static readonly JsonEncodedText Final = JsonEncodedText.Encode("final");
    private static readonly JsonEncodedText Instance = JsonEncodedText.Encode("instance");
    private static readonly JsonEncodedText JobId = JsonEncodedText.Encode("job_id");
    private static readonly JsonEncodedText Jobs = JsonEncodedText.Encode("jobs");
    private static readonly JsonEncodedText LeaseSeconds = JsonEncodedText.Encode("lease_seconds");
    private static readonly JsonEncodedText Message = JsonEncodedText.Encode("message");
    private static readonly JsonEncodedText Outcome = JsonEncodedText.Encode("outcome");
    private static readonly JsonEncodedText Outcomes = JsonEncodedText.Encode("outcomes");
    private static readonly JsonEncodedText Password = JsonEncodedText.Encode("password");
    private static readonly JsonEncodedText RefusedTags = JsonEncodedText.Encode("refused_tags");
    private static readonly JsonEncodedText Released = JsonEncodedText.Encode("released");
    private static readonly JsonEncodedText Repetition = JsonEncodedText.Encode("repetition");
    private static readonly JsonEncodedText RequestId = JsonEncodedText.Encode("request_id");
    private static readonly JsonEncodedText Result = JsonEncodedText.Encode("result");
    private static readonly JsonEncodedText State = JsonEncodedText.Encode("state");
    private static readonly JsonEncodedText Tag = JsonEncodedText.Encode("tag");
    private static readonly JsonEncodedText Tags = JsonEncodedText.Encode("tags");
    private static readonly JsonEncodedText UntilWork = JsonEncodedText.Encode("until_work");
    private static readonly JsonEncodedText ViewToken = JsonEncodedText.Encode("view_token");
    private static readonly JsonEncodedText WaitSeconds = JsonEncodedText.Encode("wait_seconds");
    private static readonly JsonEncodedText Worker = JsonEncodedText.Encode("worker");

    private static readonly JsonEncodedText[] StateNames = [.. Enum.GetNames<NextState>().Select(NameOf)];
    private static readonly JsonEncodedText[] VerdictNames = [.. Enum.GetNames<ReportVerdict>().Select(NameOf)];

    /// <summary>Writes an <see cref="ExchangeRequest"/>; what is empty is left out.</summary>
    public static void Write(Utf8JsonWriter json, ExchangeRequest request, PayloadForm form = PayloadForm.Plain)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(request);
        json.WriteStartObject();
        WriteList(json, Tags, request.Tags, form, WriteAccess);
        WriteText(json, Worker, request.Worker);
        WriteText(json, RequestId, request.RequestId);
        if (request.Wait != TimeSpan.Zero)
            json.WriteNumber(WaitSeconds, request.Wait.TotalSeconds);
        if (request.UntilWork)
            json.WriteBoolean(UntilWork, value: true);
        if (request.Count != 1)
            json.WriteNumber(Count, request.Count);
        WriteList(json, Done, request.Done, form, WriteDone);
        WriteList(json, Failed, request.Failed, form, WriteFailed);
        WriteList(json, Released, request.Released, form, WriteReleased);
        json.WriteEndObject();
    }

    /// <summary>Writes an <see cref="ExchangeAnswer"/>.</summary>
    public static void Write(Utf8JsonWriter json, ExchangeAnswer answer, PayloadForm form = PayloadForm.Plain)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(answer);
        json.WriteStartObject();
        json.WriteString(State, StateNames[(int)answer.State]);
        WriteJobs(json, answer, form);
        WriteOutcomes(json, answer);
        WriteRefusedTags(json, answer);
        json.WriteEndObject();
    }

    /// <summary>Writes the hand-outs of an answer as its field <c>jobs</c>.</summary>
    public static void WriteJobs(Utf8JsonWriter json, ExchangeAnswer answer, PayloadForm form = PayloadForm.Plain)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(answer);
        json.WriteStartArray(Jobs);
        for (var i = 0; i < answer.Jobs.Count; i++)
        {
            json.WriteStartObject();
            WriteFields(json, answer.Jobs[i], form);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Writes the outcomes of an answer as its field <c>outcomes</c>.</summary>
    public static void WriteOutcomes(Utf8JsonWriter json, ExchangeAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(answer);
        json.WriteStartArray(Outcomes);
        for (var i = 0; i < answer.Outcomes.Count; i++)
            Write(json, answer.Outcomes[i]);
        json.WriteEndArray();
    }

    /// <summary>Writes the refused tags of an answer as its field <c>refused_tags</c>; nothing where there are none.</summary>
    public static void WriteRefusedTags(Utf8JsonWriter json, ExchangeAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(answer);
        WriteList(json, RefusedTags, answer.RefusedTags, PayloadForm.Plain, static (json, refused, _) =>
        {
            json.WriteString(Tag, refused.Tag);
            json.WriteString(Code, refused.Code);
            json.WriteString(Message, refused.Message);
        });
    }

    /// <summary>Writes the fields of a hand-out into an object that was begun.</summary>
    public static void WriteFields(Utf8JsonWriter json, HandOut job, PayloadForm form = PayloadForm.Plain)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(job);
        json.WriteString(Tag, job.Tag);
        json.WriteString(Instance, job.Instance);
        json.WriteNumber(JobId, job.JobId);
        WriteValue(json, Description, job.Description, form);
        json.WriteNumber(Attempt, job.Attempt);
        json.WriteNumber(Repetition, job.Repetition);
        json.WriteNumber(LeaseSeconds, job.Lease.TotalSeconds);
    }

    /// <summary>Writes the outcome of one report.</summary>
    public static void Write(Utf8JsonWriter json, in ReportOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteNumber(JobId, outcome.JobId);
        json.WriteString(Outcome, VerdictNames[(int)outcome.Outcome]);
        if (outcome.Differs)
            json.WriteBoolean(Differs, value: true);
        WriteText(json, Code, outcome.Code);
        WriteText(json, Message, outcome.Message);
        json.WriteEndObject();
    }

    private static void WriteAccess(Utf8JsonWriter json, TagAccess tag, PayloadForm form)
    {
        json.WriteString(Tag, tag.Tag);
        WriteText(json, Password, tag.Password);
        WriteText(json, ViewToken, tag.ViewToken);
    }

    private static void WriteDone(Utf8JsonWriter json, DoneReport report, PayloadForm form)
    {
        WriteHandOut(json, report.JobId, report.Attempt, report.Tag, report.Instance);
        WriteValue(json, Result, report.Result, form);
    }

    private static void WriteFailed(Utf8JsonWriter json, FailedReport report, PayloadForm form)
    {
        WriteHandOut(json, report.JobId, report.Attempt, report.Tag, report.Instance);
        json.WriteString(Error, report.Error);
        if (report.ExitCode is { } exitCode)
            json.WriteNumber(ExitCode, exitCode);
        if (report.Final)
            json.WriteBoolean(Final, value: true);
    }

    private static void WriteReleased(Utf8JsonWriter json, ReleasedReport report, PayloadForm form) =>
        WriteHandOut(json, report.JobId, report.Attempt, report.Tag, report.Instance);

    private static void WriteHandOut(Utf8JsonWriter json, int jobId, int? attempt, string? tag, Guid? instance)
    {
        json.WriteNumber(JobId, jobId);
        if (attempt is { } number)
            json.WriteNumber(Attempt, number);
        WriteText(json, Tag, tag);
        if (instance is { } id)
            json.WriteString(Instance, id);
    }

    private static void WriteList<T>(
        Utf8JsonWriter json, JsonEncodedText name, IReadOnlyList<T> items, PayloadForm form, Action<Utf8JsonWriter, T, PayloadForm> write)
    {
        if (items.Count == 0)
            return;
        json.WriteStartArray(name);
        for (var i = 0; i < items.Count; i++)
        {
            json.WriteStartObject();
            write(json, items[i], form);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, JsonEncodedText name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    private static void WriteValue(Utf8JsonWriter json, JsonEncodedText name, JsonText value, PayloadForm form)
    {
        json.WritePropertyName(name);
        if (value.IsEmpty)
            json.WriteNullValue();
        else if (form == PayloadForm.Lossless && (value.HasNonFinite || value.Utf8.Span[0] == (byte)'"'))
            json.WriteStringValue(value.Original.Span);
        else
            json.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
    }

    private static JsonEncodedText NameOf(string name) => JsonEncodedText.Encode(JsonNamingPolicy.SnakeCaseLower.ConvertName(name));
}
