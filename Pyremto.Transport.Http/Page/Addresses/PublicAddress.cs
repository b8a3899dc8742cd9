using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Pyremto;

/// <summary>
/// Where the routes of one mapping are reached from other devices: at <see cref="PyremtoHttpOptions.PublicUrl"/>; else where the request went, if not to
/// this machine's loopback, or to a host that is not known to be this one; else, where the server listens on all addresses, at the
/// machine's own. Thread-safe.
/// </summary>
/// <param name="options">Hold what was configured.</param>
/// <param name="prefix">What stands before every route.</param>
/// <param name="hosts">Knows which hosts are this one.</param>
/// <param name="bound">Where the server listens; nothing before it does.</param>
/// <param name="machine">The machine's own address; null where it is in no network.</param>
internal sealed class PublicAddress(
    PyremtoHttpOptions options, string prefix, ServedHosts hosts, Func<IEnumerable<string>> bound, Func<IPAddress?> machine) : IPageHost
{
    /// <summary>Where the routes begin, for whoever sent the request and those whom he shows it; without a slash at the end.</summary>
    public string Of(HttpRequest request)
    {
        if (options.PublicUrl is { } url)
            return url.AbsoluteUri.TrimEnd('/');
        var path = request.PathBase + prefix;
        var connection = request.HttpContext.Connection;
        var isOwn = hosts.Of(request.HttpContext) >= HostStanding.Own;
        if (isOwn && !NetworkAddress.IsLoopback(request.Host.Host))
            return $"{request.Scheme}://{request.Host.ToUriComponent()}{path}";
        if (Bindings().Any(binding => IsAll(binding) && binding.Port == connection.LocalPort) && machine() is { } address)
            return Start(request.Scheme, Bracketed(address), connection.LocalPort) + path;
        if (isOwn)
            return $"{request.Scheme}://{request.Host.ToUriComponent()}{path}";
        var reached = connection.LocalIpAddress is { } local ? Bracketed(NetworkAddress.Plain(local)) : "localhost";
        return Start(request.Scheme, reached, connection.LocalPort) + path;
    }

    /// <summary>Where the routes begin, as far as the server itself knows; null while it does not listen.</summary>
    public string? OfServer()
    {
        if (options.PublicUrl is { } url)
            return url.AbsoluteUri.TrimEnd('/');
        var best = Bindings().Where(binding => !binding.IsUnixPipe && !binding.IsNamedPipe).OrderBy(Rank).ThenBy(binding => binding.Scheme == Uri.UriSchemeHttps ? 0 : 1).FirstOrDefault();
        if (best is null)
            return null;
        var host = !IsAll(best) ? best.Host : machine() is { } address ? Bracketed(address) : "localhost";
        return Start(best.Scheme, host, best.Port) + prefix;

        static int Rank(BindingAddress binding) => NetworkAddress.IsLoopback(binding.Host) ? 2 : IsAll(binding) ? 1 : 0;
    }

    /// <summary>The page of a tag below where the routes begin.</summary>
    public static string PageOf(string start, string tag) => $"{start}/t/{Uri.EscapeDataString(tag)}";

    Uri? IPageHost.AddressOf(string tag) => OfServer() is { } start ? new Uri(PageOf(start, tag)) : null;

    private IEnumerable<BindingAddress> Bindings() => bound().Select(BindingAddress.Parse);

    /// <summary>As Kestrel has it, every name that is none of this machine's own and no address stands for all addresses.</summary>
    private static bool IsAll(BindingAddress binding) =>
        IPAddress.TryParse(binding.Host.Trim('[', ']'), out var address)
            ? address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)
            : !NetworkAddress.IsLoopback(binding.Host) && binding is { IsUnixPipe: false, IsNamedPipe: false };

    private static string Bracketed(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();

    private static string Start(string scheme, string host, int port) =>
        port == (scheme == Uri.UriSchemeHttps ? 443 : 80) ? $"{scheme}://{host}" : $"{scheme}://{host}:{port}";
}
