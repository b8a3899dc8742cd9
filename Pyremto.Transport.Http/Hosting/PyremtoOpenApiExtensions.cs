using Microsoft.AspNetCore.OpenApi;
using Pyremto;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Pyremto's routes in a host's OpenAPI document.</summary>
public static class PyremtoOpenApiExtensions
{
    /// <summary>
    /// Describes the routes of <c>MapPyremto</c>: <c>services.AddOpenApi(options => options.AddPyremto())</c>. A server of
    /// <c>ListenOnHttp</c> has the document at <c>/openapi/v1.json</c> by itself.
    /// </summary>
    /// <param name="options">The options of the document.</param>
    public static OpenApiOptions AddPyremto(this OpenApiOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.AddOperationTransformer(new RouteTransformer());
    }
}
