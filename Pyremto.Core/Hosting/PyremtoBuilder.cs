using Microsoft.Extensions.DependencyInjection;

namespace Pyremto;

/// <summary>What <c>AddPyremto()</c> returns; it is kept among the services, so that a second call goes on with the first.</summary>
internal sealed class PyremtoBuilder(IServiceCollection services) : IPyremtoBuilder
{
    public IServiceCollection Services { get; } = services;

    /// <summary>The builder that these services have already.</summary>
    public static PyremtoBuilder? Find(IServiceCollection services) =>
        services.LastOrDefault(service => service.ServiceType == typeof(PyremtoBuilder))?.ImplementationInstance as PyremtoBuilder;
}
