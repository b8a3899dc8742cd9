using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Pyremto;

/// <summary>What a host of ASP.NET Core decides by its own authorization, as a route's metadata. Immutable.</summary>
internal sealed class HostAuthorization
{
    /// <summary>Marks a route at which the header Authorization is the host's: what it holds says nothing of a tag.</summary>
    public static readonly HostAuthorization HasHeader = new();

    private HostAuthorization()
    {
    }

    /// <summary>Marks the routes whose header it is, when all that a host adds to them is known.</summary>
    /// <param name="routes">The routes.</param>
    /// <param name="isRead">Whether the header is ours; null: it is the host's where a route requires its authorization.</param>
    public static void Mark(IEndpointConventionBuilder routes, bool? isRead) => routes.Finally(endpoint =>
    {
        var isHosts = !isRead ?? (endpoint.Metadata.Any(static item => item is IAuthorizeData or AuthorizationPolicy)
            && !endpoint.Metadata.Any(static item => item is IAllowAnonymous));
        if (isHosts)
            endpoint.Metadata.Add(HasHeader);
    });
}

/// <summary>Marks a route that is the operator's, and to which the host lets by a policy of its own.</summary>
internal sealed record HostChoosesOperators
{
    /// <summary>Whether the host's policy has let the caller of an endpoint pass, and was not taken away by letting everybody in.</summary>
    public static bool Holds(Endpoint? endpoint) =>
        endpoint?.Metadata is { } metadata && metadata.GetMetadata<HostChoosesOperators>() is not null && metadata.GetMetadata<IAllowAnonymous>() is null;
}
