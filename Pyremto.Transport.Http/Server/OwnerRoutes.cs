using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Pyremto;

/// <summary>What owners ask: S1, S12, S15, S19; and what the operator asks: tags.</summary>
internal sealed class OwnerRoutes(PyremtoServer server)
{
    private const double MostSeconds = 100 * 365.25 * 86_400;

    private static readonly RequestBody.Parse<CreateTag> Creation = RequestBody.Contract(StrictJson.Contracts.CreateTag);
    private static readonly RequestBody.Parse<TagUpdate> Change = RequestBody.Contract(StrictJson.Contracts.TagUpdate);
    private static readonly RequestBody.Parse<RetryBody> Retrying = RequestBody.Contract(HttpJson.Default.RetryBody);
    private static readonly RequestBody.Parse<CancelBody> Cancelling = RequestBody.Contract(HttpJson.Default.CancelBody);
    private static readonly RequestBody.Parse<ViewTokenBody> Lifetime = RequestBody.Contract(HttpJson.Default.ViewTokenBody);

    public async Task CreateAsync(HttpContext context)
    {
        var credential = Credential.Of(context.Request);
        server.RequireOperator(context, credential.Token);
        var body = await server.Body.ReadOptionalAsync(context, Creation).ConfigureAwait(false) ?? new CreateTag();
        var request = body with { Password = body.Password ?? credential.Password };
        var created = await server.Gate.CreateAsync(context.Connection.RemoteIpAddress, request, context.RequestAborted).ConfigureAwait(false);
        server.PlainPasswords.Look(context, new TagAccess(created.Tag, request.Password));
        context.Response.Headers.Location = $"{server.PathOf(context)}/api/tags/{Uri.EscapeDataString(created.Tag)}";
        var answer = new CreatedTagAnswer(created.Tag, created.Instance, created.ViewToken, server.ProgressUrlOf(context, created.Tag));
        await server.Answers.JsonAsync(context, answer, HttpJson.Default.CreatedTagAnswer, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    public async Task ListAsync(HttpContext context)
    {
        server.RequireOperator(context, Credential.Of(context.Request).Token);
        var buffer = server.Answers.Rent();
        try
        {
            buffer.Json.WriteStartArray();
            await foreach (var tag in server.Scheduler.ListTagsAsync(context.RequestAborted).ConfigureAwait(false))
                JsonSerializer.Serialize(buffer.Json, tag, StrictJson.Contracts.TagSummary);
            buffer.Json.WriteEndArray();
            await Answers.SendAsync(context.Response, buffer, HttpNames.Json).ConfigureAwait(false);
        }
        finally
        {
            server.Answers.Return(buffer);
        }
    }

    public async Task SetUpJobsAsync(HttpContext context)
    {
        var access = await server.AccessAsync(context).ConfigureAwait(false);
        var setup = await server.Body.ReadAsync(context, static body => WireJson.ReadJobSetup(body)).ConfigureAwait(false);
        var jobs = await server.Scheduler.SetUpJobsAsync(access, setup, context.RequestAborted).ConfigureAwait(false);
        await server.Answers.JsonAsync(context, new JobsAnswer(jobs), HttpJson.Default.JobsAnswer, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    public async Task RetryAsync(HttpContext context)
    {
        var access = await server.AccessAsync(context).ConfigureAwait(false);
        var body = await server.Body.ReadOptionalAsync(context, Retrying).ConfigureAwait(false) ?? new RetryBody();
        await AnswerAsync(context, server.Scheduler.RetryAsync(
            access, body.Jobs, Seconds("silent_for_seconds", body.SilentForSeconds), body.Cancelled, context.RequestAborted)).ConfigureAwait(false);
    }

    public async Task CancelAsync(HttpContext context)
    {
        var access = await server.AccessAsync(context).ConfigureAwait(false);
        var body = await server.Body.ReadOptionalAsync(context, Cancelling).ConfigureAwait(false) ?? new CancelBody();
        await AnswerAsync(context, server.Scheduler.CancelAsync(access, body.Jobs, context.RequestAborted)).ConfigureAwait(false);
    }

    public Task PauseAsync(HttpContext context) => DoAsync(context, server.Scheduler.PauseAsync);

    public Task ResumeAsync(HttpContext context) => DoAsync(context, server.Scheduler.ResumeAsync);

    public Task DeleteAsync(HttpContext context) => DoAsync(context, server.Scheduler.DeleteTagAsync);

    public async Task UpdateAsync(HttpContext context)
    {
        var access = await server.AccessAsync(context).ConfigureAwait(false);
        var update = await server.Body.ReadAsync(context, Change).ConfigureAwait(false);
        await server.Scheduler.UpdateTagAsync(access, update, context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task IssueViewTokenAsync(HttpContext context)
    {
        var access = await server.AccessAsync(context).ConfigureAwait(false);
        var body = await server.Body.ReadOptionalAsync(context, Lifetime).ConfigureAwait(false) ?? new ViewTokenBody();
        var token = await server.Scheduler.IssueViewTokenAsync(
            access, Seconds("lifetime_seconds", body.LifetimeSeconds), context.RequestAborted).ConfigureAwait(false);
        await server.Answers.JsonAsync(context, new ViewTokenAnswer(token), HttpJson.Default.ViewTokenAnswer).ConfigureAwait(false);
    }

    public async Task RotateViewTokensAsync(HttpContext context)
    {
        var access = await server.AccessAsync(context).ConfigureAwait(false);
        var token = await server.Scheduler.RotateViewTokensAsync(access, context.RequestAborted).ConfigureAwait(false);
        await server.Answers.JsonAsync(context, new ViewTokenAnswer(token), HttpJson.Default.ViewTokenAnswer).ConfigureAwait(false);
    }

    public async Task AddNoteAsync(HttpContext context)
    {
        var access = await server.AccessAsync(context).ConfigureAwait(false);
        var replace = Query.Flag(context, "replace");
        var note = new TagNote((string)context.Request.RouteValues["kind"]!, await server.Body.ReadValueAsync(context).ConfigureAwait(false));
        await server.Scheduler.AddNoteAsync(access, note, replace, context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task DoAsync(HttpContext context, Func<TagAccess, CancellationToken, ValueTask> verb)
    {
        var access = await server.AccessAsync(context).ConfigureAwait(false);
        await verb(access, context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task AnswerAsync(HttpContext context, ValueTask<ChangedJobs> changed) =>
        await server.Answers.JsonAsync(context, await changed.ConfigureAwait(false), StrictJson.Contracts.ChangedJobs).ConfigureAwait(false);

    private static TimeSpan? Seconds(string name, double? seconds) =>
        seconds is null ? null
        : Math.Abs(seconds.Value) <= MostSeconds ? TimeSpan.FromSeconds(seconds.Value)
        : throw new InvalidRequestException(string.Create(CultureInfo.InvariantCulture, $"{name} is {seconds}: at most {MostSeconds:0} is allowed."));
}
