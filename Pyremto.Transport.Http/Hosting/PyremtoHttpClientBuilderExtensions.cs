using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pyremto;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Workers and other users of a coordinator on another machine.</summary>
public static class PyremtoHttpClientBuilderExtensions
{
    /// <summary>The name of the client at <see cref="IHttpClientFactory"/>, whose handlers the host may change or add to.</summary>
    public const string HttpClientName = "Pyremto";

    /// <summary>Uses the coordinator at an address, over HTTP.</summary>
    /// <remarks>
    /// Connections are kept and shared by all calls; the system's proxy is honoured; over https HTTP/2 is spoken where it is offered. Calls whose
    /// connection breaks are repeated where that does no harm, and fail with <see cref="CoordinatorUnreachableException"/> after
    /// <see cref="PyremtoHttpClientOptions.ReconnectFor"/>. Handlers of the named client <see cref="HttpClientName"/> are used; its
    /// <see cref="HttpClient"/> is not, so headers for a proxy on the way are added by a handler.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="url">Where the coordinator is, with the prefix that it may have: <c>https://host:5080</c>. It may hold no password.</param>
    /// <param name="configure">Sets options; null for the defaults and the configuration section <c>Pyremto:HttpClient</c>.</param>
    /// <exception cref="ArgumentException">The address is no such address, or holds a user, a query or a fragment.</exception>
    public static IPyremtoBuilder UseHttp(this IPyremtoBuilder builder, string url, Action<PyremtoHttpClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var address = CoordinatorAddress.Parse(url, nameof(url));
        builder.Services.AddOptions<PyremtoHttpClientOptions>()
            .Configure<IServiceProvider>(static (options, provider) =>
                provider.GetService<IConfiguration>()?.GetSection(PyremtoHttpClientOptions.SectionName).Bind(options))
            .Configure(configure ?? (static _ => { }))
            .ValidateOnStart();
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<PyremtoHttpClientOptions>, PyremtoHttpClientOptionsRules>());
        builder.Services.AddHttpClient(HttpClientName)
            .ConfigurePrimaryHttpMessageHandler(provider => CoordinatorConnections.Create(Options(provider)))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan) // the handler renews its connections itself
            .RemoveAllLoggers(); // two lines for each job help nobody
        return builder.UseRemoteScheduler($"UseHttp(\"{address}\")", provider => new HttpScheduler(
            address,
            new HttpMessageInvoker(provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(HttpClientName), disposeHandler: false),
            Options(provider),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IRandomSource>(),
            provider.GetService<ILogger<HttpScheduler>>() ?? NullLogger<HttpScheduler>.Instance));
    }

    private static PyremtoHttpClientOptions Options(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<PyremtoHttpClientOptions>>().Value;
}
