using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Pyremto;

/// <summary>
/// The protocol of the Python package <c>pyremto</c>, version 2, as an adapter over <see cref="IJobScheduler"/>: its scripts run against this
/// server unchanged, and share tags with all other workers. Every call is a POST to one address; a header whose value is <c>true</c>
/// names the verb.
/// </summary>
internal sealed class PyremtoV2Endpoint
{
    private const string SpokenVersion = "2";

    private readonly Verb[] _verbs;
    private readonly PyremtoV2Options _options;
    private readonly ILogger _logger;

    private PyremtoV2Endpoint(IServiceProvider services, PyremtoV2Options options)
    {
        var scheduler = services.GetRequiredService<IJobScheduler>();
        var time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        var logging = services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        var jobs = new V2Jobs(scheduler);
        var tags = new V2Tags(scheduler, services.GetService<ITagAnnouncer>(), time, options, logging.CreateLogger<V2Tags>());
        var notes = new V2Notes(scheduler);
        _options = options;
        _logger = logging.CreateLogger<PyremtoV2Endpoint>();
        _verbs =
        [
            new("get-next-job", jobs.NextAsync), new("set-job-done", jobs.DoneAsync), // the frequent ones first
            new("get-job-progress", jobs.ProgressAsync), new("ping", tags.PingAsync), new("is-alive", tags.IsAliveAsync),
            new("does-tag-exist", tags.ExistsAsync, IsOwners: false), new("is-password-ok", tags.IsPasswordOkAsync, IsOwners: false),
            new("create-tag", tags.CreateAsync, IsOwners: false),
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
    /// <param name="options">What the server around it decides; null for no more than the scheduler itself refuses.</param>
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints, PyremtoV2Options? options = null)
    {
        var services = endpoints.ServiceProvider;
        if (services.GetService<IOptions<KestrelServerOptions>>() is { } kestrel)
            V2Headers.AcceptLatin1(kestrel.Value);
        var endpoint = new PyremtoV2Endpoint(services, options ?? new PyremtoV2Options());
        var root = endpoints.MapMethods("/", [HttpMethods.Post], endpoint.AnswerAsync);
        root.Add(static builder => OnlyWithVersion((RouteEndpointBuilder)builder));
        root.WithDisplayName("pyremto v2").ExcludeFromDescription();
        return new Both(root, endpoints.MapPost("/pyremto", endpoint.AnswerAsync).WithDisplayName("pyremto v2").ExcludeFromDescription());
    }

    /// <summary>A route constraint on no parameter looks at the request; the order lets it win over a host's own <c>POST /</c>.</summary>
    private static void OnlyWithVersion(RouteEndpointBuilder builder)
    {
        var pattern = builder.RoutePattern;
        builder.RoutePattern = RoutePatternFactory.Pattern(
            pattern.RawText, new RouteValueDictionary(pattern.Defaults), new RouteValueDictionary { ["pyremto-v2"] = new HasVersion() }, pattern.PathSegments);
        builder.Order--;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        try
        {
            _options.Enter(context);
            var headers = context.Request.Headers;
            var verb = FindVerb(headers);
            var access = headers.Text(V2Headers.Tag) is { } tag ? new TagAccess(tag, headers.Text(V2Headers.Password)) : null;
            var call = new V2Call(context, access);
            await (verb.IsOwners && access is not null ? AnswerOwnerAsync(verb, call, access) : verb.AnswerAsync(call)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
        catch (Exception error)
        {
            await V2Refusal.WriteAsync(context, error, _logger).ConfigureAwait(false);
        }
    }

    private async Task AnswerOwnerAsync(Verb verb, V2Call call, TagAccess access)
    {
        if (access.Password is not null)
            await _options.AdmitAsync(call.Context, access, call.Gone).ConfigureAwait(false);
        try
        {
            await verb.AnswerAsync(call).ConfigureAwait(false);
        }
        catch (WrongPasswordException)
        {
            _options.Refused(call.Context, access);
            throw;
        }
    }

    private Verb FindVerb(IHeaderDictionary headers)
    {
        if (!headers.TryGetValue(V2Headers.Version, out var version) || version != SpokenVersion)
            throw new InvalidRequestException($"The header 'backendversion' says '{version}'; this server speaks version {SpokenVersion} of the protocol.");
        foreach (var verb in _verbs)
        {
            if (headers.Says(verb.Name))
                return verb;
        }
        throw new InvalidRequestException("No header names a verb that this server knows: one of them has to be 'true'.");
    }

    /// <param name="Name">The header that names it.</param>
    /// <param name="AnswerAsync">Answers it.</param>
    /// <param name="IsOwners">Whether a wrong password refuses it.</param>
    private sealed record Verb(string Name, Func<V2Call, Task> AnswerAsync, bool IsOwners = true);

    private sealed class HasVersion : IRouteConstraint
    {
        public bool Match(
            HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            httpContext is null || httpContext.Request.Headers.ContainsKey(V2Headers.Version);
    }

    private sealed class Both(IEndpointConventionBuilder first, IEndpointConventionBuilder second) : IEndpointConventionBuilder
    {
        public void Add(Action<EndpointBuilder> convention)
        {
            first.Add(convention);
            second.Add(convention);
        }

        public void Finally(Action<EndpointBuilder> finallyConvention)
        {
            first.Finally(finallyConvention);
            second.Finally(finallyConvention);
        }
    }
}
