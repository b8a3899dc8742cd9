using Microsoft.Extensions.Hosting;
using Pyremto;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Pyremto over HTTP in a host that is none of ASP.NET Core.</summary>
public static class PyremtoHttpBuilderExtensions
{
    /// <summary>
    /// Lets workers on other machines, and any HTTP client, reach this host's scheduler: by a Kestrel of its own, which starts when the
    /// scheduler is open, and answers who waits before it closes.
    /// </summary>
    /// <remarks>
    /// The section <c>Kestrel</c> of the host's configuration applies to it (certificates, endpoints, limits), as does
    /// <c>Logging</c>. Where it listens, <see cref="IPyremtoHttpListener"/> tells. A second call listens at a second address.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="url">
    /// Where to listen, as Kestrel takes it: <c>http://localhost:5080</c> for this machine alone, <c>http://*:5080</c> for all, port 0 for any
    /// that is free.
    /// </param>
    /// <param name="configure">Sets options, after the configuration section <c>Pyremto:Http</c>; null for those alone.</param>
    /// <exception cref="ArgumentException">The address is none of the form <c>http(s)://host:port</c>.</exception>
    public static IPyremtoBuilder ListenOnHttp(this IPyremtoBuilder builder, string url, Action<PyremtoHttpOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(url);
        HttpListenerService.Check(url, nameof(url));
        builder.Services.AddSingleton(services => new HttpListenerService(url, configure, services));
        var index = builder.Services.Count(service => service.ServiceType == typeof(HttpListenerService)) - 1;
        builder.Services.AddSingleton<IHostedService>(services => services.GetServices<HttpListenerService>().ElementAt(index));
        builder.Services.AddSingleton<IPyremtoHttpListener>(services => services.GetServices<HttpListenerService>().ElementAt(index));
        return builder;
    }
}
