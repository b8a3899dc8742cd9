using Microsoft.Extensions.DependencyInjection;

namespace Pyremto;

/// <summary>What <c>AddPyremto()</c> returns: stores, transports and workers add themselves to it by extension methods.</summary>
public interface IPyremtoBuilder
{
    /// <summary>The services of the host.</summary>
    IServiceCollection Services { get; }
}
