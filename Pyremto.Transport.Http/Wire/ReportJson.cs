using System.Text.Json;

namespace Pyremto;

/// <summary>Reads reports, and jobs that a worker names: by their number alone where nothing else is to be said.</summary>
internal static class ReportJson
{
    public static DoneReport Done(ref Utf8JsonReader json, ReadOnlySpan<byte> body)
    {
        var fields = default(JobFields);
        JsonText result = default;
        JsonFields.Object(json, "A report in 'done'");
        while (JsonFields.Next(ref json))
        {
            if (json.ValueTextEquals("result"u8))
            {
                json.Read();
                result = JsonFields.Value(ref json, body);
            }
            else
            {
                fields.Read(ref json);
            }
        }
        if (result.IsEmpty)
            throw JsonFields.Missing("A report in 'done'", "result");
        return new DoneReport(fields.Job("A report in 'done'"), result, fields.Attempt, fields.Tag, fields.Instance);
    }

    public static FailedReport Failed(ref Utf8JsonReader json, ReadOnlySpan<byte> body)
    {
        var fields = default(JobFields);
        string? error = null;
        int? exitCode = null;
        var final = false;
        JsonFields.Object(json, "A report in 'failed'");
        while (JsonFields.Next(ref json))
        {
            if (json.ValueTextEquals("error"u8))
            {
                error = JsonFields.Text(ref json, "error");
            }
            else if (json.ValueTextEquals("exit_code"u8))
            {
                exitCode = JsonFields.OptionalInt32(ref json, "exit_code");
            }
            else if (json.ValueTextEquals("final"u8))
            {
                json.Read();
                final = json.TokenType is JsonTokenType.True or JsonTokenType.False ? json.GetBoolean() : throw JsonFields.Wrong("final", "true or false");
            }
            else
            {
                fields.Read(ref json);
            }
        }
        if (error is null)
            throw JsonFields.Missing("A report in 'failed'", "error");
        return new FailedReport(fields.Job("A report in 'failed'"), error, exitCode, final, fields.Attempt, fields.Tag, fields.Instance);
    }

    public static ReleasedReport Released(ref Utf8JsonReader json, ReadOnlySpan<byte> body)
    {
        var fields = JobFields.Of(ref json, "A report in 'released'");
        return new ReleasedReport(fields.Job("A report in 'released'"), fields.Attempt, fields.Tag, fields.Instance);
    }

    public static HeldJob Held(ref Utf8JsonReader json, ReadOnlySpan<byte> body)
    {
        var fields = JobFields.Of(ref json, "A job in 'jobs'");
        return new HeldJob(fields.Job("A job in 'jobs'"), fields.Tag, fields.Attempt, fields.Instance);
    }

    /// <summary>What names a hand-out.</summary>
    private struct JobFields
    {
        private int? _jobId;

        public int? Attempt { get; private set; }

        public string? Tag { get; private set; }

        public Guid? Instance { get; private set; }

        public static JobFields Of(ref Utf8JsonReader json, string what)
        {
            var fields = default(JobFields);
            if (json.TokenType == JsonTokenType.Number)
            {
                fields._jobId = json.TryGetInt32(out var id) ? id : throw JsonFields.Wrong("job_id", "a whole number");
                return fields;
            }
            JsonFields.Object(json, what);
            while (JsonFields.Next(ref json))
                fields.Read(ref json);
            return fields;
        }

        public readonly int Job(string what) => _jobId ?? throw JsonFields.Missing(what, "job_id");

        public void Read(ref Utf8JsonReader json)
        {
            if (json.ValueTextEquals("job_id"u8))
                _jobId = JsonFields.Int32(ref json, "job_id");
            else if (json.ValueTextEquals("attempt"u8))
                Attempt = JsonFields.OptionalInt32(ref json, "attempt");
            else if (json.ValueTextEquals("tag"u8))
                Tag = JsonFields.Text(ref json, "tag");
            else if (json.ValueTextEquals("instance"u8))
                Instance = JsonFields.OptionalGuid(ref json, "instance");
            else
                json.Skip();
        }
    }
}
