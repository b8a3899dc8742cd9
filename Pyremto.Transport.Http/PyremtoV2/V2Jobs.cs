using System.Buffers;
using System.Buffers.Text;
using Microsoft.AspNetCore.Http;

namespace Pyremto;

/// <summary>The job verbs of the v2 protocol. Its callers have no id, so each call comes from a worker of its own.</summary>
internal sealed class V2Jobs(PyremtoServer server)
{
    private const int FlushAfter = 32 << 10;

    private static readonly byte[] Success = """{"success":1}"""u8.ToArray();
    private static readonly byte[] AlreadySetUp = """{"success":0,"exists":1,"toobig":0}"""u8.ToArray();
    private static readonly byte[] TooBig = """{"success":0,"exists":0,"toobig":1}"""u8.ToArray();
    private static readonly byte[] NoJob = """{"has_job":0}"""u8.ToArray();

    private readonly IJobScheduler _scheduler = server.Scheduler;

    /// <summary><c>get-next-job</c>: never waits, since an unchanged script does not expect it.</summary>
    public async Task NextAsync(V2Call call)
    {
        var request = new ExchangeRequest { Tags = [call.Access] };
        var answer = await _scheduler.ExchangeAsync(request, call.Gone).ConfigureAwait(false);
        if (answer.Jobs.Count > 0)
            await server.Work.SendAsync(call.Context, request, answer, WriteJob).ConfigureAwait(false);
        else
            await call.AnswerAsync(NoJob).ConfigureAwait(false);
    }

    /// <summary><c>set-job-done</c>: also for a job that another has done already, which is no error (S4).</summary>
    public async Task DoneAsync(V2Call call)
    {
        var access = call.Access;
        var jobId = call.Headers.Integer(V2Headers.JobId) ?? throw new InvalidRequestException("The header 'jobid' is missing.");
        var result = await server.Body.ReadValueAsync(call.Context, access, V2Body.ParseResult).ConfigureAwait(false);
        var request = new ExchangeRequest { Tags = [access], Count = 0, Done = [new DoneReport(jobId, result)] };
        var answer = await _scheduler.ExchangeAsync(request, CancellationToken.None).ConfigureAwait(false);
        answer.Outcomes[0].ThrowIfNotTaken();
        await call.AnswerAsync(Success).ConfigureAwait(false);
    }

    /// <summary><c>setup-jobs</c>.</summary>
    public async Task SetUpAsync(V2Call call)
    {
        var access = call.Access;
        // Before a large body is read for nothing.
        var progress = await _scheduler.GetProgressAsync(access, call.Gone).ConfigureAwait(false);
        // The package sets no limit: a script that asks for more wants a job tried for as long as it takes, and still runs.
        var attempts = Math.Min(call.Headers.Integer(V2Headers.MaxAttempts) ?? 1, TagDefaults.MostAttempts);
        var descriptions = await ReadDescriptionsAsync(call, access).ConfigureAwait(false);
        if (progress.State != TagStatus.NotSetUp)
        {
            await RefuseAsync(call, AlreadySetUp, $"The tag '{access.Tag}' has its jobs already; they are set up once.").ConfigureAwait(false);
        }
        else if (descriptions is null)
        {
            await RefuseAsync(call, TooBig, "The descriptions are more, or larger, than the coordinator takes.").ConfigureAwait(false);
        }
        else
        {
            await SetUpAsync(call, access, descriptions, attempts).ConfigureAwait(false);
        }
    }

    /// <summary><c>get-job-progress</c>.</summary>
    public async Task ProgressAsync(V2Call call)
    {
        var progress = await _scheduler.GetProgressAsync(call.Access, call.Gone).ConfigureAwait(false);
        var json = $$"""{"success":1,"nb_jobs":{{progress.Total}},"nb_jobs_done":{{progress.Done}}}""";
        await call.AnswerAsync(System.Text.Encoding.ASCII.GetBytes(json)).ConfigureAwait(false);
    }

    /// <summary><c>get-job-results</c>: streamed, by job.</summary>
    public async Task ResultsAsync(V2Call call)
    {
        var results = _scheduler.GetResultsAsync(call.Access, new ResultQuery(), call.Gone).GetAsyncEnumerator(call.Gone);
        await using var _ = results.ConfigureAwait(false);
        var any = await results.MoveNextAsync().ConfigureAwait(false); // a refusal comes here, before the answer has begun
        call.BeginAnswer();
        var output = call.Context.Response.BodyWriter;
        output.Write(any ? "["u8 : "[]"u8);
        var unflushed = 0;
        while (any)
        {
            unflushed += WriteResult(output, results.Current.Result.Original.Span);
            any = await results.MoveNextAsync().ConfigureAwait(false);
            output.Write(any ? ","u8 : "]"u8);
            if (unflushed < FlushAfter)
                continue;
            await output.FlushAsync(call.Gone).ConfigureAwait(false);
            unflushed = 0;
        }
        await output.FlushAsync(call.Gone).ConfigureAwait(false);
    }

    /// <summary>The descriptions; null if they are too many or too large.</summary>
    private async Task<IReadOnlyList<JsonText>?> ReadDescriptionsAsync(V2Call call, TagAccess access)
    {
        server.Body.RefuseBanned(call.Context, access);
        IReadOnlyList<JsonText>? descriptions = null;
        try
        {
            descriptions = await new V2Descriptions(server.Options.MaxRequestBytes).ReadAsync(call.Body, call.Gone).ConfigureAwait(false);
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            // Beyond all that is read.
        }
        if (descriptions is null)
            server.Bans.Offend(AddressNets.Key(call.Context.Connection.RemoteIpAddress));
        return descriptions;
    }

    private async Task SetUpAsync(V2Call call, TagAccess access, IReadOnlyList<JsonText> descriptions, int attempts)
    {
        try
        {
            var setup = new JobSetup { Jobs = descriptions, MaxRedistributionAttempts = attempts };
            await _scheduler.SetUpJobsAsync(access, setup, CancellationToken.None).ConfigureAwait(false);
        }
        catch (PyremtoException error) when (error is JobsAlreadySetUpException or TooLargeException)
        {
            await RefuseAsync(call, error is TooLargeException ? TooBig : AlreadySetUp, error.Message).ConfigureAwait(false);
            return;
        }
        await call.AnswerAsync(Success).ConfigureAwait(false);
    }

    /// <summary>Answers a refusal as the client understands it, and logs why.</summary>
    private async Task RefuseAsync(V2Call call, byte[] answer, string reason)
    {
        server.V2Refusals.Log(call, reason);
        await call.AnswerAsync(answer).ConfigureAwait(false);
    }

    private static void WriteJob(JsonBuffer buffer, ExchangeAnswer answer)
    {
        var job = answer.Jobs[0];
        var description = job.Description.Original.Span;
        var json = buffer.Bytes.GetSpan(AsciiJson.MostBytes(description.Length) + 64);
        var written = 0;
        Append(json, """{"has_job":1,"job_id":"""u8, ref written);
        Utf8Formatter.TryFormat(job.JobId, json[written..], out var digits);
        written += digits;
        Append(json, ""","description":"""u8, ref written);
        written += AsciiJson.Write(description, json[written..]);
        Append(json, "}"u8, ref written);
        buffer.Bytes.Advance(written);
    }

    private static void Append(Span<byte> json, ReadOnlySpan<byte> bytes, ref int written)
    {
        bytes.CopyTo(json[written..]);
        written += bytes.Length;
    }

    /// <summary>The text of the body that <c>set-job-done</c> sent, as a string: the client decodes it twice.</summary>
    private static int WriteResult(IBufferWriter<byte> output, ReadOnlySpan<byte> result)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(AsciiJson.MostBytesTwice(result.Length));
        var length = AsciiJson.WriteTwice(result, buffer);
        output.Write(buffer.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(buffer);
        return length;
    }
}
