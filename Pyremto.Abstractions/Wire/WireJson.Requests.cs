using System.Text.Json;

namespace Pyremto;

/// <content>What is asked.</content>
public static partial class WireJson
{
    /// <summary>Reads an <see cref="ExchangeRequest"/>.</summary>
    /// <param name="message">UTF-8.</param>
    /// <param name="form">How payloads stand in it.</param>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="InvalidRequestException">A field is missing or not what it has to be.</exception>
    /// <exception cref="InvalidJobException">A result is nested too deep, or no UTF-8.</exception>
    public static ExchangeRequest ReadExchangeRequest(ReadOnlySpan<byte> message, PayloadForm form = PayloadForm.Plain)
    {
        IReadOnlyList<TagAccess> tags = [];
        IReadOnlyList<DoneReport> done = [];
        IReadOnlyList<FailedReport> failed = [];
        IReadOnlyList<ReleasedReport> released = [];
        string? worker = null, requestId = null;
        var wait = TimeSpan.Zero;
        var untilWork = false;
        var count = 1;
        var body = new WireBody(message, form);
        var json = Start(message);
        while (JsonFields.Next(ref json))
        {
            if (json.ValueTextEquals("tags"u8))
                tags = JsonFields.List(ref json, body, "tags", ReadAccess);
            else if (json.ValueTextEquals("worker"u8))
                worker = JsonFields.ShownText(ref json, "worker");
            else if (json.ValueTextEquals("request_id"u8))
                requestId = JsonFields.ShownText(ref json, "request_id");
            else if (json.ValueTextEquals("wait_seconds"u8))
                wait = JsonFields.Seconds(ref json, "wait_seconds");
            else if (json.ValueTextEquals("until_work"u8))
                untilWork = JsonFields.Boolean(ref json, "until_work");
            else if (json.ValueTextEquals("count"u8))
                count = JsonFields.Int32(ref json, "count");
            else if (json.ValueTextEquals("done"u8))
                done = JsonFields.List(ref json, body, "done", ReadDone);
            else if (json.ValueTextEquals("failed"u8))
                failed = JsonFields.List(ref json, body, "failed", ReadFailed);
            else if (json.ValueTextEquals("released"u8))
                released = JsonFields.List(ref json, body, "released", ReadReleased);
            else
                json.Skip();
        }
        End(ref json);
        return new ExchangeRequest
        {
            Tags = tags, Worker = worker, RequestId = requestId, Wait = wait, UntilWork = untilWork, Count = count, Done = done, Failed = failed, Released = released,
        };
    }

    /// <summary>Reads a <see cref="Heartbeat"/>.</summary>
    /// <inheritdoc cref="ReadExchangeRequest"/>
    public static Heartbeat ReadHeartbeat(ReadOnlySpan<byte> message)
    {
        IReadOnlyList<TagAccess> tags = [];
        IReadOnlyList<HeldJob>? jobs = null;
        string? worker = null;
        var body = new WireBody(message, PayloadForm.Plain);
        var json = Start(message);
        while (JsonFields.Next(ref json))
        {
            if (json.ValueTextEquals("worker"u8))
                worker = JsonFields.ShownText(ref json, "worker");
            else if (json.ValueTextEquals("tags"u8))
                tags = JsonFields.List(ref json, body, "tags", ReadAccess);
            else if (json.ValueTextEquals("jobs"u8))
                jobs = JsonFields.List(ref json, body, "jobs", ReadHeld);
            else
                json.Skip();
        }
        End(ref json);
        return new Heartbeat { Tags = tags, Worker = worker ?? throw JsonFields.Missing("A heartbeat", "worker"), Jobs = jobs };
    }

    /// <summary>Reads a <see cref="JobSetup"/>.</summary>
    /// <inheritdoc cref="ReadExchangeRequest"/>
    public static JobSetup ReadJobSetup(ReadOnlySpan<byte> message, PayloadForm form = PayloadForm.Plain)
    {
        IReadOnlyList<JsonText>? jobs = null;
        int attempts = 1, repetitions = 1;
        var lease = TagDefaults.Lease;
        var retryDelay = TimeSpan.Zero;
        var policy = default(RedistributionPolicy);
        string? requestId = null;
        var body = new WireBody(message, form);
        var json = Start(message);
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
            else if (json.ValueTextEquals("retry_delay_seconds"u8))
                retryDelay = JsonFields.Seconds(ref json, "retry_delay_seconds");
            else if (json.ValueTextEquals("policy"u8))
                policy = ReadPolicy(ref json);
            else if (json.ValueTextEquals("request_id"u8))
                requestId = JsonFields.ShownText(ref json, "request_id");
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
            RetryDelay = retryDelay,
            Policy = policy,
            RequestId = requestId,
        };
    }

    private static TagAccess ReadAccess(ref Utf8JsonReader json, in WireBody body)
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

    private static RedistributionPolicy ReadPolicy(ref Utf8JsonReader json) => JsonFields.Text(ref json, "policy") switch
    {
        "when_idle" => RedistributionPolicy.WhenIdle,
        "when_lost" => RedistributionPolicy.WhenLost,
        _ => throw JsonFields.Wrong("policy", "when_idle or when_lost"),
    };
}
