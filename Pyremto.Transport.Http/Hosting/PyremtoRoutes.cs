using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Pyremto;

/// <summary>
/// The routes of one mapping, by whom they are for: what is added to a group holds for it alone, what is added to the whole for all. So a
/// host puts its own policies before each: <c>routes.Owners.RequireAuthorization("scientists")</c>. The routes go on checking the tags'
/// own credentials.
/// </summary>
public sealed class PyremtoRoutes : IEndpointConventionBuilder
{
    private readonly RouteGroupBuilder _all;

    internal PyremtoRoutes(IEndpointRouteBuilder endpoints, string prefix)
    {
        _all = endpoints.MapGroup(prefix);
        (WorkerGroup, ReaderGroup, OwnerGroup) = (Group(), Group(), Group());
        (OperatorGroup, PageGroup, PythonGroup) = (Group(), Group(), Group());
    }

    /// <summary>For workers: asking for work, reports, signs of life.</summary>
    public IEndpointConventionBuilder Workers => WorkerGroup;

    /// <summary>For whoever looks: progress, jobs, results, plots, notes, and links to the page.</summary>
    public IEndpointConventionBuilder Readers => ReaderGroup;

    /// <summary>For who has a tag: setting up its jobs, and all that changes it.</summary>
    public IEndpointConventionBuilder Owners => OwnerGroup;

    /// <summary>For the operator: creating and listing tags (<see cref="PyremtoHttpOptions.OperatorPolicy"/>).</summary>
    public IEndpointConventionBuilder Operators => OperatorGroup;

    /// <summary>The progress page, which holds nothing of a tag, and its sessions.</summary>
    public IEndpointConventionBuilder Page => PageGroup;

    /// <summary>The protocol of the Python package: one address for workers, readers, owners and the operator alike.</summary>
    public IEndpointConventionBuilder Python => PythonGroup;

    internal RouteGroupBuilder WorkerGroup { get; }

    internal RouteGroupBuilder ReaderGroup { get; }

    internal RouteGroupBuilder OwnerGroup { get; }

    internal RouteGroupBuilder OperatorGroup { get; }

    internal RouteGroupBuilder PageGroup { get; }

    internal RouteGroupBuilder PythonGroup { get; }

    /// <inheritdoc/>
    public void Add(Action<EndpointBuilder> convention) => ((IEndpointConventionBuilder)_all).Add(convention);

    /// <inheritdoc/>
    public void Finally(Action<EndpointBuilder> finallyConvention) => ((IEndpointConventionBuilder)_all).Finally(finallyConvention);

    private RouteGroupBuilder Group() => _all.MapGroup("");
}
