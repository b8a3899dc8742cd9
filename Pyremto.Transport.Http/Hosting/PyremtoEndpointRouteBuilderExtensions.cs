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
    /// They check credentials themselves (S15), and need no middleware before them; conventions that are added to what is returned hold for all of them.
    /// Options are bound from the section <c>Pyremto:Http</c>, then <paramref name="configure"/> is applied.
    /// </remarks>
    /// <param name="endpoints">The application.</param>
    /// <param name="prefix">What stands before every route, as in <c>/jobs</c>; null for nothing.</param>
    /// <param name="configure">Sets options; null for those of the configuration.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    public static IEndpointConventionBuilder MapPyremto(
        this IEndpointRouteBuilder endpoints, string? prefix = null, Action<PyremtoHttpOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        prefix = prefix?.Trim('/') is { Length: > 0 } given ? "/" + given : "";
        var server = PyremtoServer.Create(endpoints.ServiceProvider, prefix, configure);
        var group = endpoints.MapGroup(prefix);
        new Routes(group, server).Map();
        PyremtoV2Endpoint.Map(group, server);
        return group;
    }
}
