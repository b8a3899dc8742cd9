using Microsoft.AspNetCore.Routing;
using Pyremto;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Pyremto among the routes of an ASP.NET Core host.</summary>
public static class PyremtoEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the routes of a coordinator, for workers on other machines and any HTTP client, over the <see cref="IJobScheduler"/> of
    /// <c>AddPyremto()</c>. Which addresses they are reached at, and TLS, are the host's own configuration.
    /// </summary>
    /// <remarks>
    /// They check credentials themselves, and need no middleware before them. Conventions that are added to what is returned hold
    /// for all of them, those that are added to one of its groups for that. Where a host requires its own authorization of a route, the
    /// header Authorization is the host's, and credentials of tags come in Pyremto-Authorization
    /// (<see cref="PyremtoHttpOptions.ReadAuthorization"/>). Options are bound from the section <c>Pyremto:Http</c>, then
    /// <paramref name="configure"/> is applied.
    /// </remarks>
    /// <param name="endpoints">The application.</param>
    /// <param name="prefix">What stands before every route, as in <c>/jobs</c>; null for nothing.</param>
    /// <param name="configure">Sets options; null for those of the configuration.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    public static PyremtoRoutes MapPyremto(
        this IEndpointRouteBuilder endpoints, string? prefix = null, Action<PyremtoHttpOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        prefix = prefix?.Trim('/') is { Length: > 0 } given ? "/" + given : "";
        var options = HttpOptionsFactory.Create(endpoints.ServiceProvider, configure);
        return Map(endpoints, prefix, PyremtoServer.Create(endpoints.ServiceProvider, prefix, options));
    }

    /// <summary>Maps the routes of a server.</summary>
    internal static PyremtoRoutes Map(IEndpointRouteBuilder endpoints, string prefix, PyremtoServer server)
    {
        var routes = new PyremtoRoutes(endpoints, prefix);
        new Routes(routes, server).Map();
        PyremtoV2Endpoint.Map(routes.PythonGroup, server);
        return routes;
    }
}
