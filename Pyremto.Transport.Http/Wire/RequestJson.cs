using System.Text.Json;

namespace Pyremto;

/// <summary>
/// Reads the requests whose absent fields have values of their own, by hand: source-generated metadata would give them zero. Unknown fields are skipped.
/// </summary>
internal static class RequestJson
{
    /// <summary>How deep a payload may stand inside a body: an object, a list, a report.</summary>
    private const int Envelope = 8;

    private static readonly JsonReaderOptions Depth = new() { MaxDepth = JsonText.MaxDepth + Envelope };

    public static ExchangeRequest Exchange(ReadOnlySpan<byte> body)
    {
        IReadOnlyList<TagAccess> tags = [];
        IReadOnlyList<DoneReport> done = [];
        IReadOnlyList<FailedReport> failed = [];
        IReadOnlyList<ReleasedReport> released = [];
        string? worker = null, requestId = null;
        var wait = TimeSpan.Zero;
        var count = 1;
        var json = Start(body);
        while (JsonFields.Next(ref json))
        {
            if (json.ValueTextEquals("worker"u8))
                worker = JsonFields.Text(ref json, "worker");
            else if (json.ValueTextEquals("request_id"u8))
                requestId = JsonFields.Text(ref json, "request_id");
            else if (json.ValueTextEquals("tags"u8))
                tags = JsonFields.List(ref json, body, "tags", Access);
            else if (json.ValueTextEquals("done"u8))
                done = JsonFields.List(ref json, body, "done", ReportJson.Done);
            else if (json.ValueTextEquals("wait_seconds"u8))
                wait = JsonFields.Seconds(ref json, "wait_seconds");
            else if (json.ValueTextEquals("count"u8))
                count = JsonFields.Int32(ref json, "count");
            else if (json.ValueTextEquals("failed"u8))
                failed = JsonFields.List(ref json, body, "failed", ReportJson.Failed);
            else if (json.ValueTextEquals("released"u8))
                released = JsonFields.List(ref json, body, "released", ReportJson.Released);
            else
                json.Skip();
        }
        End(ref json);
        return new ExchangeRequest
        {
            Tags = tags, Worker = worker, RequestId = requestId, Wait = wait, Count = count, Done = done, Failed = failed, Released = released,
        };
    }

    public static Heartbeat Heartbeat(ReadOnlySpan<byte> body)
    {
        IReadOnlyList<TagAccess> tags = [];
        IReadOnlyList<HeldJob>? jobs = null;
        string? worker = null;
        var json = Start(body);
        while (JsonFields.Next(ref json))
        {
            if (json.ValueTextEquals("worker"u8))
                worker = JsonFields.Text(ref json, "worker");
            else if (json.ValueTextEquals("tags"u8))
                tags = JsonFields.List(ref json, body, "tags", Access);
            else if (json.ValueTextEquals("jobs"u8))
                jobs = JsonFields.List(ref json, body, "jobs", ReportJson.Held);
            else
                json.Skip();
        }
        End(ref json);
        return new Heartbeat { Tags = tags, Worker = worker ?? throw JsonFields.Missing("A heartbeat", "worker"), Jobs = jobs };
    }

    public static JobSetup SetUp(ReadOnlySpan<byte> body)
    {
        IReadOnlyList<JsonText>? jobs = null;
        int attempts = 1, repetitions = 1;
        var lease = TagDefaults.Lease;
        var policy = default(RedistributionPolicy);
        string? requestId = null;
        var json = Start(body);
        while (JsonFields.Next(ref json))
        {
            if (json.ValueTextEquals("jobs"u8))
                jobs = JsonFields.List(ref json, body, "jobs", JsonFields.Value);
            else if (json.ValueTextEquals("max_redistribution_attempts"u8))
                attempts = JsonFields.Int32(ref json, "max_redistribution_attempts");
            else if (json.ValueTextEquals("repetitions"u8))
                repetitions = JsonFields.Int32(ref json, "repetitions");
            else if (json.ValueTextEquals("lease_seconds"u8))
                lease = JsonFields.Seconds(ref json, "lease_seconds");
            else if (json.ValueTextEquals("policy"u8))
                policy = Policy(ref json);
            else if (json.ValueTextEquals("request_id"u8))
                requestId = JsonFields.Text(ref json, "request_id");
            else
                json.Skip();
        }
        End(ref json);
        return new JobSetup
        {
            Jobs = jobs ?? throw JsonFields.Missing("A set-up", "jobs"),
            MaxRedistributionAttempts = attempts,
            Repetitions = repetitions,
            Lease = lease,
            Policy = policy,
            RequestId = requestId,
        };
    }

    private static Utf8JsonReader Start(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body, Depth);
        json.Read();
        JsonFields.Object(json, "The body");
        return json;
    }

    /// <summary>Reports what stands behind the body.</summary>
    private static void End(ref Utf8JsonReader json)
    {
        while (json.Read())
        {
            // It throws on anything but white space.
        }
    }

    private static TagAccess Access(ref Utf8JsonReader json, ReadOnlySpan<byte> body)
    {
        string? tag = null, password = null, viewToken = null;
        JsonFields.Object(json, "A tag in 'tags'");
        while (JsonFields.Next(ref json))
        {
            if (json.ValueTextEquals("tag"u8))
                tag = JsonFields.Text(ref json, "tag");
            else if (json.ValueTextEquals("password"u8))
                password = JsonFields.Text(ref json, "password");
            else if (json.ValueTextEquals("view_token"u8))
                viewToken = JsonFields.Text(ref json, "view_token");
            else
                json.Skip();
        }
        return new TagAccess(tag ?? throw JsonFields.Missing("A tag in 'tags'", "tag"), password, viewToken);
    }

    private static RedistributionPolicy Policy(ref Utf8JsonReader json) => JsonFields.Text(ref json, "policy") switch
    {
        "when_idle" => RedistributionPolicy.WhenIdle,
        "when_lost" => RedistributionPolicy.WhenLost,
        _ => throw JsonFields.Wrong("policy", "when_idle or when_lost"),
    };
}
