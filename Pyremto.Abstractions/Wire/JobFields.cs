using System.Text.Json;

namespace Pyremto;

/// <summary>What names a hand-out in a report: the job's number alone where nothing else is to be said, else an object.</summary>
internal struct JobFields
{
    private int? _jobId;

    public int? Attempt { get; private set; }

    public string? Tag { get; private set; }

    public Guid? Instance { get; private set; }

    public TimeSpan? Lease { get; private set; }

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

    /// <summary>Takes a field that is one of these; skips any other.</summary>
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
        else if (json.ValueTextEquals("lease_seconds"u8))
            Lease = JsonFields.OptionalSeconds(ref json, "lease_seconds");
        else
            json.Skip();
    }
}
