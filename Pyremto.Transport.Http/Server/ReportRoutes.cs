using Microsoft.AspNetCore.Http;

namespace Pyremto;

/// <summary>One report in a route of its own, for clients that have no batch (S4, S5, S9).</summary>
internal sealed class ReportRoutes(PyremtoServer server)
{
    private static readonly RequestBody.Parse<FailureBody> Failure = RequestBody.ShownContract(HttpJson.Default.FailureBody);
    private static readonly RequestBody.Parse<ReleaseBody> Release = RequestBody.ShownContract(HttpJson.Default.ReleaseBody);

    /// <summary>The body is the bare result.</summary>
    public async Task ResultAsync(HttpContext context)
    {
        var job = Query.JobId(context);
        var attempt = Query.Int32(context, "attempt");
        var instance = Query.Id(context, "instance");
        var result = await server.Body.ReadValueAsync(context).ConfigureAwait(false);
        await ReportAsync(context, new ExchangeRequest
        {
            Worker = Query.Text(context, "worker"),
            Done = [new DoneReport(job, result, attempt, Instance: instance)],
        }).ConfigureAwait(false);
    }

    public async Task FailureAsync(HttpContext context)
    {
        var job = Query.JobId(context);
        var body = await server.Body.ReadAsync(context, Failure).ConfigureAwait(false);
        await ReportAsync(context, new ExchangeRequest
        {
            Worker = body.Worker,
            Failed = [new FailedReport(job, body.Error, body.ExitCode, body.Final, body.Attempt, Instance: body.Instance)],
        }).ConfigureAwait(false);
    }

    public async Task ReleaseAsync(HttpContext context)
    {
        var job = Query.JobId(context);
        var body = await server.Body.ReadOptionalAsync(context, Release).ConfigureAwait(false) ?? new ReleaseBody();
        await ReportAsync(context, new ExchangeRequest
        {
            Worker = body.Worker,
            Released = [new ReleasedReport(job, body.Attempt, Instance: body.Instance)],
        }).ConfigureAwait(false);
    }

    private async Task ReportAsync(HttpContext context, ExchangeRequest report)
    {
        var access = await server.AccessAsync(context).ConfigureAwait(false);
        var answer = await server.Scheduler.ExchangeAsync(
            report with { Tags = [access], Count = 0 }, CancellationToken.None).ConfigureAwait(false);
        var outcome = answer.Outcomes[0];
        outcome.ThrowIfNotTaken();
        var buffer = server.Answers.Rent();
        try
        {
            WireJson.Write(buffer.Json, outcome);
            await Answers.SendAsync(context.Response, buffer, HttpNames.Json).ConfigureAwait(false);
        }
        finally
        {
            server.Answers.Return(buffer);
        }
    }
}
