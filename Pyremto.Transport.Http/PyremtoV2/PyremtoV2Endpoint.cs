using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Pyremto;

/// <summary>
/// The protocol of the Python package <c>pyremto</c>, version 2, as an adapter over <see cref="IJobScheduler"/>: its scripts run against
/// this server unchanged, and share tags with all other workers. Every call is a POST to one address; a header whose value is <c>true</c>
/// names the verb.
/// </summary>
internal sealed class PyremtoV2Endpoint
{
    private const string SpokenVersion = "2";

    private readonly PyremtoServer _server;
    private readonly Verb[] _verbs;

    private PyremtoV2Endpoint(PyremtoServer server)
    {
        var jobs = new V2Jobs(server);
        var tags = new V2Tags(server);
        var notes = new V2Notes(server);
        _server = server;
        _verbs =
        [
            new("get-next-job", jobs.NextAsync), new("set-job-done", jobs.DoneAsync), // the frequent ones first
            new("get-job-progress", jobs.ProgressAsync), new("ping", tags.PingAsync), new("is-alive", tags.IsAliveAsync),
            new("does-tag-exist", tags.ExistsAsync, NeedsOwner: false), new("is-password-ok", tags.IsPasswordOkAsync, NeedsOwner: false),
            new("create-tag", tags.CreateAsync, NeedsOwner: false),
            new("setup-jobs", jobs.SetUpAsync), new("get-job-results", jobs.ResultsAsync),
            new("log-int", notes.LogIntegerAsync), new("log-string", notes.LogStringAsync), new("log-data-point", notes.LogDataPointAsync),
            new("get-all-data", notes.AllDataAsync), new("ask-for-input", notes.AskForInputAsync), new("get-input", notes.GetInputAsync),
        ];
    }

    /// <summary>
    /// Maps <c>POST /</c>, which matches only with the header <c>backendversion</c>, so that a host may have one of its own, and
    /// <c>POST /pyremto</c>. Lets Kestrel read headers in Latin-1.
    /// </summary>
    /// <param name="endpoints">Where to; may be a group with a prefix.</param>
    /// <param name="server">What all routes of the mapping share.</param>
    public static void Map(IEndpointRouteBuilder endpoints, PyremtoServer server)
    {
        if (server.Services.GetService<IOptions<KestrelServerOptions>>() is { } kestrel)
            V2Headers.AcceptLatin1(kestrel.Value);
        var runner = new RouteRunner(server, new PyremtoV2Endpoint(server).AnswerAsync, RouteNeeds.Origin);
        Map("/").Add(static builder => MatchOnlyWithVersion((RouteEndpointBuilder)builder));
        Map("/pyremto");

        IEndpointConventionBuilder Map(string pattern) =>
            endpoints.MapMethods(pattern, [HttpMethods.Post], runner.RunAsync)
                .WithMetadata(new BodyLimit(Math.Max(V2Descriptions.MostBytesRead, server.Options.MaxRequestBytes))).WithDisplayName("pyremto v2").ExcludeFromDescription();
    }

    /// <summary>A route constraint on no parameter looks at the request; the order lets it win over a host's own <c>POST /</c>.</summary>
    private static void MatchOnlyWithVersion(RouteEndpointBuilder builder)
    {
        var pattern = builder.RoutePattern;
        builder.RoutePattern = RoutePatternFactory.Pattern(
            pattern.RawText, new RouteValueDictionary(pattern.Defaults), new RouteValueDictionary { ["pyremto-v2"] = new HasVersion() }, pattern.PathSegments);
        builder.Order--;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var access = headers.Text(V2Headers.Tag) is { } tag ? new TagAccess(tag, headers.Text(V2Headers.Password)) : null;
        var verb = FindVerb(headers);
        var call = new V2Call(context, access, verb?.Name ?? "no verb");
        try
        {
            RequireVersion(headers);
            await AnswerAsync(verb ?? throw new InvalidRequestException("No header names a verb that this server knows: one of them has to be 'true'."), call, access)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (V2Refusals.IsRefusal(error))
        {
            _server.V2Refusals.Log(call, error.Message);
            throw;
        }
    }

    private async Task AnswerAsync(Verb verb, V2Call call, TagAccess? access)
    {
        if (access?.Password is null || !verb.NeedsOwner)
        {
            await verb.AnswerAsync(call).ConfigureAwait(false);
            return;
        }
        await call.AdmitAsync(_server, access).ConfigureAwait(false);
        try
        {
            await verb.AnswerAsync(call).ConfigureAwait(false);
        }
        catch (WrongPasswordException) // the tag is another one since the gate remembered it
        {
            _server.Gate.Refused(call.Context.Connection.RemoteIpAddress, access);
            throw;
        }
    }

    private static void RequireVersion(IHeaderDictionary headers)
    {
        if (!headers.TryGetValue(V2Headers.Version, out var version) || version != SpokenVersion)
            throw new InvalidRequestException($"The header 'backendversion' says '{version}'; this server speaks version {SpokenVersion} of the protocol.");
    }

    private Verb? FindVerb(IHeaderDictionary headers)
    {
        foreach (var verb in _verbs)
        {
            if (headers.Says(verb.Name))
                return verb;
        }
        return null;
    }

    /// <param name="Name">The header that names it.</param>
    /// <param name="AnswerAsync">Answers it.</param>
    /// <param name="NeedsOwner">Whether a wrong password refuses it.</param>
    private sealed record Verb(string Name, Func<V2Call, Task> AnswerAsync, bool NeedsOwner = true);

    private sealed class HasVersion : IRouteConstraint
    {
        public bool Match(
            HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            httpContext is null || httpContext.Request.Headers.ContainsKey(V2Headers.Version);
    }

    /// <summary>A set-up that is too large is read to its end, so that its client hears so; what is kept of a body has limits of its
    /// own.</summary>
    private sealed class BodyLimit(long bytes) : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => bytes;
    }
}
