using System.Buffers;
using System.Text.Json;
using Pyremto.Benchmarks.Harness;

namespace Pyremto.Benchmarks.Floors;

/// <summary>A POST that means nothing, with bodies of the sizes that one of ours has.</summary>
/// <param name="Route">Where <see cref="Roles.HttpFloorServer"/> takes it.</param>
/// <param name="Request">The body that is sent.</param>
/// <param name="Answer">The body that comes back.</param>
internal sealed record BareCall(string Route, byte[] Request, byte[] Answer)
{
    /// <summary>Like an exchange of the native routes.</summary>
    public static BareCall Exchange { get; } = new(
        "/floor",
        Json(json => WireJson.Write(json, new ExchangeRequest
        {
            Tags = [new TagAccess("abcdefghij")],
            Worker = "bench-12",
            RequestId = "12345",
            Wait = TimeSpan.FromSeconds(30),
            Done = [new DoneReport(12_344, JsonText.Parse(Sample.Result), 1)],
        })),
        Json(json => WireJson.Write(json, new ExchangeAnswer
        {
            State = NextState.Job,
            Jobs = [new HandOut("abcdefghij", new Guid(1, 2, 3, new byte[8]), 12_345, Sample.Jobs(1)[0], 1, 0, TagDefaults.Lease)],
            Outcomes = [new ReportOutcome(12_344, ReportVerdict.Accepted)],
        })));

    /// <summary>Like <c>get-next-job</c> of the v2 protocol.</summary>
    public static BareCall V2Next { get; } = new(
        "/floor/v2-next",
        [.. "\"\""u8],
        JsonSerializer.SerializeToUtf8Bytes(new { has_job = 1, job_id = 12_345, description = Sample.Descriptions(1)[0] }, AsPython));

    /// <summary>Like <c>set-job-done</c> of the v2 protocol.</summary>
    public static BareCall V2Done { get; } = new("/floor/v2-done", JsonSerializer.SerializeToUtf8Bytes(Sample.Result, AsPython), [.. """{"success":1}"""u8]);

    /// <summary>All that the floor's server takes.</summary>
    public static IReadOnlyList<BareCall> All { get; } = [Exchange, V2Next, V2Done];

    private static JsonSerializerOptions AsPython => new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            write(json);
        return buffer.WrittenSpan.ToArray();
    }
}
