using System.Net.Mime;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Pyremto;

/// <summary>
/// What every request passes before it is read: whom it was sent to, from which page, in which version and type (S16). Costs a hot request
/// some comparisons of strings.
/// </summary>
internal sealed class Door(PyremtoHttpOptions options, ServedHosts hosts)
{
    private static readonly StringValues ProtocolVersion = HttpNames.ProtocolVersion;
    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues NoStore = "no-store";
    private static readonly StringValues NoReferrer = "no-referrer";
    private static readonly StringValues SameOrigin = "same-origin";
    private static readonly StringValues NoFrames = "default-src 'none'; frame-ancestors 'none'";

    private string? _lastHost; // of the last request that came through: the next one mostly has the same

    /// <summary>
    /// Whether a request comes from this machine as far as can be told: not one that a proxy forwarded, nor one by a name that a name
    /// server may have been made to give it.
    /// </summary>
    public bool IsLocal(HttpContext context) =>
        (context.Connection.RemoteIpAddress is not { } address || NetworkAddress.IsLoopback(address))
        && !context.Request.Headers.ContainsKey("X-Forwarded-For")
        && !context.Request.Headers.ContainsKey("X-Forwarded-Proto")
        && !context.Request.Headers.ContainsKey("Forwarded")
        && hosts.Of(context) == HostStanding.Trusted;

    /// <summary>Refuses what no honest client sends, and writes the headers of every answer.</summary>
    /// <param name="context">The request.</param>
    /// <param name="changes">Whether the route changes anything.</param>
    /// <param name="needsJson">Whether its body has to be declared as JSON.</param>
    /// <exception cref="HttpRefusal">The request is refused.</exception>
    public void Enter(HttpContext context, bool changes, bool needsJson)
    {
        var request = context.Request;
        var headers = request.Headers;
        context.Response.Headers[HttpNames.ProtocolHeader] = ProtocolVersion;
        // No page makes a browser send this header without asking first: who sends it is a worker, and needs no warnings for browsers.
        var isOurs = headers.TryGetValue(HttpNames.ProtocolHeader, out var version);
        if (!isOurs)
            WarnBrowsers(context.Response.Headers);
        CheckHost(context);
        if (isOurs && version != HttpNames.ProtocolVersion)
        {
            throw new InvalidRequestException(
                $"This coordinator speaks version {HttpNames.ProtocolVersion} of the protocol, the request is of another ({HttpNames.ProtocolHeader}): update the older of the two.");
        }
        if (!changes)
            return;
        if (needsJson && !IsJson(request.ContentType))
            throw new HttpRefusal(StatusCodes.Status415UnsupportedMediaType, "A request that changes something needs the header 'Content-Type: application/json', also without a body.");
        var origin = headers.Origin;
        if (origin.Count > 0)
            CheckOrigin(request, origin);
    }

    private static void WarnBrowsers(IHeaderDictionary headers)
    {
        headers.CacheControl = NoStore;
        headers.XContentTypeOptions = NoSniff;
        headers.ContentSecurityPolicy = NoFrames;
        headers["Referrer-Policy"] = NoReferrer;
        headers["Cross-Origin-Resource-Policy"] = SameOrigin;
    }

    private static bool IsJson(string? type) =>
        type is not null
        && (type.Equals(MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase)
            || (type.StartsWith(MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase)
                && type.AsSpan(MediaTypeNames.Application.Json.Length).TrimStart() is [';', ..]));

    private void CheckHost(HttpContext context)
    {
        string? header = context.Request.Headers.Host;
        if (header is not null && string.Equals(header, _lastHost, StringComparison.Ordinal))
            return;
        if (hosts.Of(context) == HostStanding.Foreign)
        {
            throw new HttpRefusal(StatusCodes.Status421MisdirectedRequest,
                "This coordinator does not go by that host: call it by localhost or the machine's own name or address, or allow the name "
                + "(Pyremto:Http:AllowedHosts).");
        }
        _lastHost = header;
    }

    private void CheckOrigin(HttpRequest request, StringValues origin)
    {
        if (Uri.TryCreate(origin, UriKind.Absolute, out var from)
            && (IsSame(from, request.Scheme, request.Host) || (options.PublicUrl is { } url && IsSame(from, url.Scheme, HostString.FromUriComponent(url)))))
        {
            return;
        }
        throw new HttpRefusal(StatusCodes.Status403Forbidden, "A web page of another origin may change nothing here.");
    }

    private static bool IsSame(Uri origin, string scheme, HostString host) =>
        origin.Scheme.Equals(scheme, StringComparison.OrdinalIgnoreCase)
        && origin.Authority.Equals(WithoutDefaultPort(scheme, host), StringComparison.OrdinalIgnoreCase);

    private static string WithoutDefaultPort(string scheme, HostString host) =>
        host.Port == (scheme == Uri.UriSchemeHttps ? 443 : 80) ? host.Host : host.Value ?? "";
}
