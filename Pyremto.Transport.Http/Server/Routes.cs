using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Pyremto;

/// <summary>The native routes: what there is, under which name, and what it needs.</summary>
internal sealed class Routes(PyremtoRoutes groups, PyremtoServer server)
{
    private const RouteNeeds Writes = RouteNeeds.Origin | RouteNeeds.Json;
    private const RouteNeeds Reads = RouteNeeds.TokenSuffices;

    public void Map()
    {
        MapWork(new WorkRoutes(server), new StreamRoutes(server));
        MapReports(new ReportRoutes(server));
        MapTags(new OwnerRoutes(server));
        MapVerbs(new OwnerRoutes(server));
        MapReading(new ReadRoutes(server), new StreamRoutes(server));
        MapPage(new PageRoutes(), new SessionRoutes(server), new QrRoutes(server));
        MapPlots(new PlotRoutes(server));
        HostAuthorization.Mark(groups, server.Options.ReadAuthorization);
        if (server.Options.OperatorPolicy is { } policy)
            groups.Operators.WithMetadata(new HostChoosesOperators()).RequireAuthorization(policy);
    }

    private void MapWork(WorkRoutes work, StreamRoutes stream)
    {
        var on = groups.WorkerGroup;
        Add(on, "POST", "/api/next", work.NextAsync, Writes, new("next", "Reports in, work out, for several tags")
        { Body = typeof(ExchangeRequest), Answer = typeof(ExchangeAnswer) });
        Add(on, "POST", "/api/tags/{tag}/next", work.NextOfTagAsync, Writes, new("nextOfTag", "Reports in, work out")
        { Body = typeof(ExchangeRequest), BodyIsOptional = true, Answer = typeof(ExchangeAnswer) });
        Add(on, "POST", "/api/give-up", work.GiveUpAsync, Writes,
            new("giveUp", "Ends a request that waits for work: it is answered with nothing (204)")
            { Body = typeof(GiveUpBody), Answer = typeof(GivenUpAnswer) });
        Add(on, "POST", "/api/heartbeat", work.HeartbeatAsync, Writes, new("heartbeat", "A worker's sign of life, for several tags")
        { Body = typeof(Heartbeat), Answer = typeof(HeartbeatAnswer) });
        Add(on, "POST", "/api/tags/{tag}/heartbeat", work.HeartbeatOfTagAsync, Writes, new("heartbeatOfTag", "A worker's sign of life")
        { Body = typeof(Heartbeat), Answer = typeof(HeartbeatAnswer) });
        Add(on, "POST", "/api/not-needed", stream.NotNeededAsync, Writes,
            new("notNeeded", "Tells, as it happens, whose work is no longer needed")
            { Body = typeof(NotNeededWatch), Answer = typeof(JobNotNeeded), Types = [HttpNames.JsonLines] });
    }

    private void MapReports(ReportRoutes report)
    {
        var on = groups.WorkerGroup;
        (string Name, string Text) instance = ("instance", "the tag's instance as the hand-out named it");
        Add(on, "PUT", "/api/tags/{tag}/jobs/{id}/result", report.ResultAsync, Writes,
            new("reportResult", "A job is done: the body is its result")
            { Body = typeof(JsonText), Answer = typeof(ReportOutcome), Query = [("worker", "who did it"), ("attempt", "the hand-out it comes from"), instance] });
        Add(on, "POST", "/api/tags/{tag}/jobs/{id}/failure", report.FailureAsync, Writes, new("reportFailure", "A hand-out failed")
        { Body = typeof(FailureBody), Answer = typeof(ReportOutcome) });
        Add(on, "POST", "/api/tags/{tag}/jobs/{id}/release", report.ReleaseAsync, Writes, new("reportRelease", "A hand-out is given back")
        { Body = typeof(ReleaseBody), BodyIsOptional = true, Answer = typeof(ReportOutcome) });
    }

    private void MapTags(OwnerRoutes owner)
    {
        var (operators, owners) = (groups.OperatorGroup, groups.OwnerGroup);
        Add(operators, "POST", "/api/tags", owner.CreateAsync, Writes | RouteNeeds.TokenSuffices, new("createTag", "Creates a tag")
        { Body = typeof(CreateTag), BodyIsOptional = true, Answer = typeof(CreatedTagAnswer), Status = StatusCodes.Status201Created });
        Add(operators, "GET", "/api/tags", owner.ListAsync, Reads, new("listTags", "All tags, for the operator")
        { Answer = typeof(TagSummary), AnswersMany = true });
        Add(owners, "PATCH", "/api/tags/{tag}", owner.UpdateAsync, Writes,
            new("updateTag", "Changes attempts, lease, retry delay or policy")
            { Body = typeof(TagUpdate), Status = StatusCodes.Status204NoContent });
        Add(owners, "DELETE", "/api/tags/{tag}", owner.DeleteAsync, RouteNeeds.Origin,
            new("deleteTag", "Deletes a tag with its jobs and results")
            { Status = StatusCodes.Status204NoContent });
        Add(owners, "POST", "/api/tags/{tag}/jobs", owner.SetUpJobsAsync, Writes, new("setUpJobs", "Sets up the jobs of a tag, once")
        { Body = typeof(JobSetup), Answer = typeof(JobsAnswer), Status = StatusCodes.Status201Created });
    }

    private void MapVerbs(OwnerRoutes owner)
    {
        var on = groups.OwnerGroup;
        Add(on, "POST", "/api/tags/{tag}/retry", owner.RetryAsync, Writes,
            new("retry", "Gives exhausted jobs, and cancelled ones if asked to, new attempts")
            { Body = typeof(RetryBody), BodyIsOptional = true, Answer = typeof(ChangedJobs) });
        Add(on, "POST", "/api/tags/{tag}/cancel", owner.CancelAsync, Writes, new("cancel", "Cancels unfinished jobs")
        { Body = typeof(CancelBody), BodyIsOptional = true, Answer = typeof(ChangedJobs) });
        Add(on, "POST", "/api/tags/{tag}/pause", owner.PauseAsync, Writes, new("pause", "Hands nothing out until it is resumed")
        { Status = StatusCodes.Status204NoContent });
        Add(on, "POST", "/api/tags/{tag}/resume", owner.ResumeAsync, Writes, new("resume", "Ends a pause")
        { Status = StatusCodes.Status204NoContent });
        Add(on, "POST", "/api/tags/{tag}/view-tokens", owner.IssueViewTokenAsync, Writes,
            new("issueViewToken", "Makes a token that reads progress and results")
            { Body = typeof(ViewTokenBody), BodyIsOptional = true, Answer = typeof(ViewTokenAnswer) });
        Add(on, "POST", "/api/tags/{tag}/rotate", owner.RotateViewTokensAsync, Writes,
            new("rotateViewTokens", "Makes all view tokens worthless but a new one")
            { Answer = typeof(ViewTokenAnswer) });
        Add(on, "POST", "/api/tags/{tag}/notes/{kind}", owner.AddNoteAsync, Writes,
            new("addNote", "Keeps a note with the tag: the body is its value")
            { Body = typeof(JsonText), Status = StatusCodes.Status204NoContent, Query = [("replace", "true puts it in the place of all of its kind")] });
    }

    private void MapReading(ReadRoutes read, StreamRoutes stream)
    {
        var on = groups.ReaderGroup;
        Add(on, "GET", "/api/tags/{tag}", read.ProgressAsync, Reads,
            new("progress", "How far the work is") { Answer = typeof(TagProgress) });
        Add(on, "GET", "/api/tags/{tag}/exists", read.ExistsAsync, Reads, new("tagExists", "Whether there is such a tag")
        { Status = StatusCodes.Status204NoContent });
        Add(on, "GET", "/api/tags/{tag}/events", stream.EventsAsync, Reads,
            new("progressEvents", "Progress as it changes, as Server-Sent Events")
            { Answer = typeof(TagProgress), Types = [HttpNames.EventStream] });
        Add(on, "GET", "/api/tags/{tag}/jobs", read.JobsAsync, Reads, new("jobs", "Jobs with their attempts, in pages")
        { Answer = typeof(JobPage), Query = [("state", "only jobs in this state"), ("after", "only jobs with a greater id"), ("limit", "at most that many, 1 to 1000; 100 unless said otherwise")] });
        Add(on, "GET", "/api/tags/{tag}/results", read.ResultsAsync, Reads, new("results", "The results, as a stream")
        {
            Answer = typeof(JobResult),
            AnswersMany = true,
            Types = [HttpNames.Json, HttpNames.JsonLines, "text/csv"],
            Query = [("format", "json, jsonl or csv"), ("order", "by_job or by_completion"), ("after", "by job: only greater ids; by completion: skips that many"), ("limit", "at most that many")],
        });
        Add(on, "GET", "/api/tags/{tag}/notes/{kind}", read.NotesAsync, Reads, new("notes", "The notes of a kind, oldest first")
        { Answer = typeof(TagNote), AnswersMany = true });
    }

    private void MapPage(PageRoutes page, SessionRoutes session, QrRoutes qr)
    {
        var (readers, on) = (groups.ReaderGroup, groups.PageGroup);
        Add(on, "GET", "/t/{tag}", page.PageAsync, RouteNeeds.None, new("page", "The progress page of a tag") { Types = ["text/html"] });
        Add(on, "GET", "/page/{file}", page.FileAsync, RouteNeeds.None, new("pageFile", "A file of the progress page"));
        Add(readers, "GET", "/api/tags/{tag}/page", qr.LinkAsync, Reads,
            new("pageLink", "The address of the progress page, with a view token") { Answer = typeof(PageAnswer) });
        Add(readers, "GET", "/t/{tag}/qr.svg", qr.SvgAsync, Reads, new("qrSvg", "The same address as a QR code"));
        Add(readers, "GET", "/t/{tag}/qr.png", qr.PngAsync, Reads, new("qrPng", "The same address as a QR code"));
        Add(on, "POST", "/t/{tag}/session", session.BeginAsync, Writes,
            new("beginSession", "Trades a view token or the password for a cookie that reads")
            { Body = typeof(SessionBody), Status = StatusCodes.Status204NoContent });
        Add(on, "DELETE", "/t/{tag}/session", session.EndAsync, RouteNeeds.Origin, new("endSession", "Forgets the cookie")
        { Status = StatusCodes.Status204NoContent });
    }

    private void MapPlots(PlotRoutes plot)
    {
        var on = groups.ReaderGroup;
        Add(on, "GET", "/api/tags/{tag}/plot", plot.PlotAsync, Reads,
            new("plot", "Numeric fields of descriptions and results, and the points of two of them, thinned")
            {
                Answer = typeof(PlotAnswer),
                Query = [("x", "the field of the x axis"), ("y", "the field of the y axis"), ("colour", "the field that colours points"),
                ("fold", "true: results of one description are one point"), ("after", "the cursor of the last answer: only what is new"),
                ("most", "at most that many points, 16 to 10000; 2000 unless said otherwise")],
            });
        Add(on, "GET", "/api/tags/{tag}/completions", plot.CompletionsAsync, Reads,
            new("completions", "How many results came in equal parts of the time")
            { Answer = typeof(CompletionsAnswer), Query = [("bins", "at most that many parts, 1 to 1000; 60 unless said otherwise")] });
        Add(on, "GET", "/api/tags/{tag}/latest", plot.LatestAsync, Reads, new("latest", "The newest results, the newest first")
        { Answer = typeof(LatestResult), AnswersMany = true, Query = [("limit", "at most that many, 1 to 100; 10 unless said otherwise")] });
    }

    private void Add(
        RouteGroupBuilder group, string method, string pattern, Func<HttpContext, Task> handler, RouteNeeds needs, RouteText text) =>
        group.MapMethods(pattern, [method], new RouteRunner(server, handler, needs).RunAsync)
            .WithMetadata(new BodyLimit(server.Options.MaxRequestBytes), text, handler.Method) // the method lets OpenAPI see the route
            .WithDisplayName($"{method} {pattern}");

    /// <summary>Lets bodies through that the host's own limit would refuse; ours follows, and says so in its words.</summary>
    private sealed record BodyLimit(long Bytes) : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => Bytes;
    }
}
