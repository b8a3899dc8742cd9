using System.Text.Json;

namespace Pyremto;

/// <content>Reports, and jobs that a worker names: by their number alone where nothing else is to be said.</content>
public static partial class WireJson
{
    private static DoneReport ReadDone(ref Utf8JsonReader json, in WireBody body)
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

    private static FailedReport ReadFailed(ref Utf8JsonReader json, in WireBody body)
    {
        var fields = default(JobFields);
        string? error = null;
        int? exitCode = null;
        var final = false;
        JsonFields.Object(json, "A report in 'failed'");
        while (JsonFields.Next(ref json))
        {
            if (json.ValueTextEquals("error"u8))
                error = JsonFields.ShownText(ref json, "error");
            else if (json.ValueTextEquals("exit_code"u8))
                exitCode = JsonFields.OptionalInt32(ref json, "exit_code");
            else if (json.ValueTextEquals("final"u8))
                final = JsonFields.Boolean(ref json, "final");
            else
                fields.Read(ref json);
        }
        if (error is null)
            throw JsonFields.Missing("A report in 'failed'", "error");
        return new FailedReport(fields.Job("A report in 'failed'"), error, exitCode, final, fields.Attempt, fields.Tag, fields.Instance);
    }

    private static ReleasedReport ReadReleased(ref Utf8JsonReader json, in WireBody body)
    {
        var fields = JobFields.Of(ref json, "A report in 'released'");
        return new ReleasedReport(fields.Job("A report in 'released'"), fields.Attempt, fields.Tag, fields.Instance);
    }

    private static HeldJob ReadHeld(ref Utf8JsonReader json, in WireBody body)
    {
        var fields = JobFields.Of(ref json, "A job in 'jobs'");
        return new HeldJob(fields.Job("A job in 'jobs'"), fields.Tag, fields.Attempt, fields.Instance, fields.Lease);
    }
}
