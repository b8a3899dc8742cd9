using System.Net;
using Microsoft.AspNetCore.Http;

namespace Pyremto;

/// <summary>What a coordinator is to the host that a request names; each is more than the one before.</summary>
internal enum HostStanding
{
    /// <summary>Nobody of that name is here.</summary>
    Foreign,

    /// <summary>An address, which no name server can make to lead here, or any name since all are served (<c>*</c>): not repeated to
    /// anybody.</summary>
    Tolerated,

    /// <summary>A name or an address of this machine's, or what the operator named.</summary>
    Own,

    /// <summary>Loopback, which no name server gives away: callers that come from there by it may be believed to be local.</summary>
    Trusted,
}

/// <summary>
/// By which hosts a coordinator may be called (S16). A web page whose name is made to lead here (DNS rebinding) is of the same origin to
/// its browser; nothing but the name in its requests tells it from a page of ours. Thread-safe.
/// </summary>
/// <param name="options">Hold what the operator named.</param>
/// <param name="machine">What the machine is called.</param>
/// <param name="isOpenToOthers">Whether the server listens off loopback; elsewhere the machine's names are nobody's way to it.</param>
internal sealed class ServedHosts(PyremtoHttpOptions options, MachineIdentity machine, Func<bool> isOpenToOthers)
{
    private const string All = "*";

    private readonly HashSet<string> _named = new(
        options.AllowedHosts.Concat(PublicHostOf(options)).Select(Normal), StringComparer.OrdinalIgnoreCase);

    /// <summary>What a request's host is.</summary>
    public HostStanding Of(HttpContext context) => Of(context.Request.Host.Host, context.Connection.LocalIpAddress);

    /// <summary>What a host is.</summary>
    /// <param name="host">A name, or an address as it stands in a URL.</param>
    /// <param name="reached">The address at which the request arrived; null where there is none, as for a socket file.</param>
    public HostStanding Of(string host, IPAddress? reached)
    {
        if (host.EndsWith('.'))
            host = host[..^1]; // a name to its end, as resolvers write it
        if (NetworkAddress.IsLoopback(host))
            return HostStanding.Trusted;
        if (_named.Contains(Normal(host)) || IsOwn(host, reached is null ? null : NetworkAddress.Plain(reached)))
            return HostStanding.Own;
        return _named.Contains(All) || NetworkAddress.Parse(host) is not null ? HostStanding.Tolerated : HostStanding.Foreign;
    }

    private bool IsOwn(string host, IPAddress? reached)
    {
        var address = NetworkAddress.Parse(host);
        if (address is not null && address.Equals(reached))
            return true;
        if (host.Length == 0 || !(isOpenToOthers() || (reached is not null && !IPAddress.IsLoopback(reached))))
            return false;
        return address is null ? machine.HasName(host) : machine.HasAddress(address);
    }

    /// <summary>A host without what people and browsers write differently: a port, brackets, the forms of an address.</summary>
    private static string Normal(string host) => NetworkAddress.Parse(host)?.ToString() ?? HostString.FromUriComponent(host).Host;

    private static string[] PublicHostOf(PyremtoHttpOptions options) => options.PublicUrl is { } url ? [url.IdnHost, url.Host] : [];
}
