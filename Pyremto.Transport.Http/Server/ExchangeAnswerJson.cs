using System.Text.Json;

namespace Pyremto;

/// <summary>Writes the answer of the hot path by hand, field by field.</summary>
internal static class ExchangeAnswerJson
{
    private static readonly JsonEncodedText State = JsonEncodedText.Encode("state");
    private static readonly JsonEncodedText HasJob = JsonEncodedText.Encode("has_job");
    private static readonly JsonEncodedText Jobs = JsonEncodedText.Encode("jobs");
    private static readonly JsonEncodedText Tag = JsonEncodedText.Encode("tag");
    private static readonly JsonEncodedText Instance = JsonEncodedText.Encode("instance");
    private static readonly JsonEncodedText JobId = JsonEncodedText.Encode("job_id");
    private static readonly JsonEncodedText Description = JsonEncodedText.Encode("description");
    private static readonly JsonEncodedText Attempt = JsonEncodedText.Encode("attempt");
    private static readonly JsonEncodedText Repetition = JsonEncodedText.Encode("repetition");
    private static readonly JsonEncodedText LeaseSeconds = JsonEncodedText.Encode("lease_seconds");
    private static readonly JsonEncodedText Outcomes = JsonEncodedText.Encode("outcomes");
    private static readonly JsonEncodedText Outcome = JsonEncodedText.Encode("outcome");
    private static readonly JsonEncodedText Differs = JsonEncodedText.Encode("differs");
    private static readonly JsonEncodedText Code = JsonEncodedText.Encode("code");
    private static readonly JsonEncodedText Message = JsonEncodedText.Encode("message");

    private static readonly JsonEncodedText[] States = [.. Enum.GetNames<NextState>().Select(Encode)];
    private static readonly JsonEncodedText[] Verdicts = [.. Enum.GetNames<ReportVerdict>().Select(Encode)];

    /// <summary>The contract as our own clients read it: <see cref="ExchangeAnswer"/> as <see cref="PyremtoJson"/> has it.</summary>
    public static void Write(Utf8JsonWriter json, ExchangeAnswer answer)
    {
        json.WriteStartObject();
        json.WriteString(State, States[(int)answer.State]);
        WriteJobs(json, answer);
        WriteOutcomes(json, answer);
        json.WriteEndObject();
    }

    /// <summary>For any HTTP client: the first job's fields beside the state; the list of jobs only where several were wanted.</summary>
    public static void WriteFlat(Utf8JsonWriter json, ExchangeAnswer answer, bool severalWanted)
    {
        json.WriteStartObject();
        json.WriteString(State, States[(int)answer.State]);
        json.WriteNumber(HasJob, answer.HasJob ? 1 : 0);
        if (answer.Jobs.Count > 0)
            WriteFields(json, answer.Jobs[0]);
        if (severalWanted)
            WriteJobs(json, answer);
        WriteOutcomes(json, answer);
        json.WriteEndObject();
    }

    /// <summary>The outcome of one report.</summary>
    public static void Write(Utf8JsonWriter json, in ReportOutcome outcome)
    {
        json.WriteStartObject();
        json.WriteNumber(JobId, outcome.JobId);
        json.WriteString(Outcome, Verdicts[(int)outcome.Outcome]);
        if (outcome.Differs)
            json.WriteBoolean(Differs, value: true);
        if (outcome.Code is { } code)
            json.WriteString(Code, code);
        if (outcome.Message is { } message)
            json.WriteString(Message, message);
        json.WriteEndObject();
    }

    private static void WriteJobs(Utf8JsonWriter json, ExchangeAnswer answer)
    {
        json.WriteStartArray(Jobs);
        for (var i = 0; i < answer.Jobs.Count; i++)
        {
            json.WriteStartObject();
            WriteFields(json, answer.Jobs[i]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteFields(Utf8JsonWriter json, HandOut job)
    {
        json.WriteString(Tag, job.Tag);
        json.WriteString(Instance, job.Instance);
        json.WriteNumber(JobId, job.JobId);
        json.WritePropertyName(Description);
        json.WriteRawValue(job.Description.IsEmpty ? "null"u8 : job.Description.Utf8.Span, skipInputValidation: true);
        json.WriteNumber(Attempt, job.Attempt);
        json.WriteNumber(Repetition, job.Repetition);
        json.WriteNumber(LeaseSeconds, job.Lease.TotalSeconds);
    }

    private static void WriteOutcomes(Utf8JsonWriter json, ExchangeAnswer answer)
    {
        json.WriteStartArray(Outcomes);
        for (var i = 0; i < answer.Outcomes.Count; i++)
            Write(json, answer.Outcomes[i]);
        json.WriteEndArray();
    }

    private static JsonEncodedText Encode(string name) => JsonEncodedText.Encode(JsonNamingPolicy.SnakeCaseLower.ConvertName(name));
}
