using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Pyremto;

/// <summary>What whoever has a tag's password or view token may read (S15).</summary>
internal sealed class ReadRoutes(PyremtoServer server)
{
    private readonly Dictionary<string, IResultWriter> _formats =
        server.Services.GetServices<IResultWriter>().ToDictionary(writer => writer.Format, StringComparer.Ordinal);

    public async Task ExistsAsync(HttpContext context)
    {
        var tag = PyremtoServer.TagOf(context);
        if (!await server.Scheduler.TagExistsAsync(tag, context.RequestAborted).ConfigureAwait(false))
            throw new TagUnknownException($"There is no tag '{tag}'.");
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Progress; where the asker has it already, as its ETag says, nothing but that.</summary>
    public async Task ProgressAsync(HttpContext context)
    {
        var access = await server.AccessAsync(context).ConfigureAwait(false);
        var progress = await server.Scheduler.GetProgressAsync(access, context.RequestAborted).ConfigureAwait(false);
        var buffer = server.Answers.Rent();
        try
        {
            JsonSerializer.Serialize(buffer.Json, progress, StrictJson.Contracts.TagProgress);
            var etag = EntityTag.Of(buffer.Written.Span);
            context.Response.Headers.ETag = etag;
            context.Response.Headers.CacheControl = "private, no-cache";
            if (EntityTag.IsKnown(context.Request.Headers.IfNoneMatch, etag))
                context.Response.StatusCode = StatusCodes.Status304NotModified;
            else
                await Answers.SendAsync(context.Response, buffer, HttpNames.Json).ConfigureAwait(false);
        }
        finally
        {
            server.Answers.Return(buffer);
        }
    }

    public async Task JobsAsync(HttpContext context)
    {
        var query = new JobQuery
        {
            State = Query.OneOf<JobState?>(
                context, "state", absent: null, ("waiting", JobState.Waiting), ("in_progress", JobState.InProgress),
                ("done", JobState.Done), ("exhausted", JobState.Exhausted), ("cancelled", JobState.Cancelled)),
            After = Query.Int32(context, "after") ?? -1,
            Limit = Query.Int32(context, "limit") ?? 100,
        };
        var access = await server.AccessAsync(context).ConfigureAwait(false);
        var page = await server.Scheduler.GetJobsAsync(access, query, context.RequestAborted).ConfigureAwait(false);
        await server.Answers.JsonAsync(context, page, StrictJson.Contracts.JobPage).ConfigureAwait(false);
    }

    /// <summary>The results as a stream; a reader that is slow makes it wait, so that it takes no memory.</summary>
    public async Task ResultsAsync(HttpContext context)
    {
        var format = Query.Text(context, "format") ?? "json";
        if (!_formats.TryGetValue(format, out var writer))
            throw new InvalidRequestException($"format has to be one of: {string.Join(", ", _formats.Keys)}.");
        var query = new ResultQuery
        {
            Order = Query.OneOf(context, "order", ResultOrder.ByJob, ("by_job", ResultOrder.ByJob), ("by_completion", ResultOrder.ByCompletion)),
            After = Query.Int32(context, "after") ?? -1,
            Limit = Query.Int32(context, "limit"),
        };
        if (query.Limit < 0)
            throw new InvalidRequestException("limit is negative.");
        var access = await server.AccessAsync(context).ConfigureAwait(false);
        context.Response.ContentType = writer.ContentType;
        var file = new ContentDispositionHeaderValue("inline") { FileNameStar = $"{access.Tag}.{writer.Format}" };
        context.Response.Headers.ContentDisposition = file.ToString();
        await writer.WriteAsync(
            token => server.Scheduler.GetResultsAsync(access, query, token),
            token => server.Scheduler.GetJobsAsync(access, new JobQuery(), token),
            context.Response.Body,
            context.RequestAborted).ConfigureAwait(false);
    }

    public async Task NotesAsync(HttpContext context)
    {
        var access = await server.AccessAsync(context).ConfigureAwait(false);
        var kind = (string)context.Request.RouteValues["kind"]!;
        var notes = await server.Scheduler.GetNotesAsync(access, kind, context.RequestAborted).ConfigureAwait(false);
        var buffer = server.Answers.Rent();
        try
        {
            buffer.Json.WriteStartArray();
            foreach (var note in notes)
                JsonSerializer.Serialize(buffer.Json, note, StrictJson.Contracts.TagNote);
            buffer.Json.WriteEndArray();
            await Answers.SendAsync(context.Response, buffer, HttpNames.Json).ConfigureAwait(false);
        }
        finally
        {
            server.Answers.Return(buffer);
        }
    }
}
