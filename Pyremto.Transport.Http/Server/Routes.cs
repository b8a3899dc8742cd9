using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Pyremto;

/// <summary>The native routes: what there is, under which name, and what it needs.</summary>
internal static class Routes
{
    private const RouteNeeds Writes = RouteNeeds.Origin | RouteNeeds.Json;
    private const RouteNeeds Reads = RouteNeeds.ViewTokenSuffices;

    public static void Map(IEndpointRouteBuilder endpoints, PyremtoServer server)
    {
        var work = new WorkRoutes(server);
        var report = new ReportRoutes(server);
        var owner = new OwnerRoutes(server);
        var read = new ReadRoutes(server);
        var stream = new StreamRoutes(server);

        Map("POST", "/api/next", work.NextAsync, Writes);
        Map("POST", "/api/tags/{tag}/next", work.NextOfTagAsync, Writes);
        Map("POST", "/api/heartbeat", work.HeartbeatAsync, Writes);
        Map("POST", "/api/tags/{tag}/heartbeat", work.HeartbeatOfTagAsync, Writes);
        Map("POST", "/api/not-needed", stream.NotNeededAsync, Writes);
        Map("PUT", "/api/tags/{tag}/jobs/{id}/result", report.ResultAsync, Writes);
        Map("POST", "/api/tags/{tag}/jobs/{id}/failure", report.FailureAsync, Writes);
        Map("POST", "/api/tags/{tag}/jobs/{id}/release", report.ReleaseAsync, Writes);

        Map("POST", "/api/tags", owner.CreateAsync, Writes);
        Map("GET", "/api/tags", owner.ListAsync, Reads);
        Map("POST", "/api/tags/{tag}/jobs", owner.SetUpJobsAsync, Writes);
        Map("POST", "/api/tags/{tag}/retry", owner.RetryAsync, Writes);
        Map("POST", "/api/tags/{tag}/cancel", owner.CancelAsync, Writes);
        Map("POST", "/api/tags/{tag}/pause", owner.PauseAsync, Writes);
        Map("POST", "/api/tags/{tag}/resume", owner.ResumeAsync, Writes);
        Map("POST", "/api/tags/{tag}/view-tokens", owner.IssueViewTokenAsync, Writes);
        Map("POST", "/api/tags/{tag}/rotate", owner.RotateViewTokensAsync, Writes);
        Map("POST", "/api/tags/{tag}/notes/{kind}", owner.AddNoteAsync, Writes);
        Map("PATCH", "/api/tags/{tag}", owner.UpdateAsync, Writes);
        Map("DELETE", "/api/tags/{tag}", owner.DeleteAsync, RouteNeeds.Origin);

        Map("GET", "/api/tags/{tag}", read.ProgressAsync, Reads);
        Map("GET", "/api/tags/{tag}/exists", read.ExistsAsync, Reads);
        Map("GET", "/api/tags/{tag}/events", stream.EventsAsync, Reads);
        Map("GET", "/api/tags/{tag}/jobs", read.JobsAsync, Reads);
        Map("GET", "/api/tags/{tag}/results", read.ResultsAsync, Reads);
        Map("GET", "/api/tags/{tag}/notes/{kind}", read.NotesAsync, Reads);

        void Map(string method, string pattern, Func<HttpContext, Task> handler, RouteNeeds needs) =>
            endpoints.MapMethods(pattern, [method], new RouteRunner(server, handler, needs).RunAsync)
                .WithMetadata(new BodyLimit(server.Options.MaxRequestBytes));
    }

    /// <summary>Lets bodies through that the host's own limit would refuse; ours follows, and says so in its words.</summary>
    private sealed record BodyLimit(long Bytes) : Microsoft.AspNetCore.Http.Metadata.IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => Bytes;
    }
}
