using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Pyremto;

/// <summary>A Kestrel of our own beside the services of a host that is none of ASP.NET Core.</summary>
internal sealed class HttpListenerService(string url, Action<PyremtoHttpOptions>? configure, IServiceProvider services)
    : IHostedService, IPyremtoHttpListener, IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private WebApplication? _app;

    public IReadOnlyList<string> Addresses { get; private set; } = [];

    public static void Check(string url, string parameter)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException error)
        {
            throw new ArgumentException($"'{url}' is no address to listen at, like http://localhost:5080.", parameter, error);
        }
        if (address.Scheme is not ("http" or "https") || address.PathBase.Length > 0)
            throw new ArgumentException($"'{url}' is no address to listen at, like http://localhost:5080, without a path.", parameter);
        if (address.Port is < IPEndPoint.MinPort or > IPEndPoint.MaxPort)
            throw new ArgumentException($"'{url}' is no address to listen at: ports go from 0 (any that is free) to {IPEndPoint.MaxPort}.", parameter);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var options = HttpOptionsFactory.Create(services, configure);
        _app = Build(options);
        try
        {
            await _app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException error)
        {
            throw new IOException($"Nothing can listen at {url}: {error.Message}. Is it an address of this machine?", error);
        }
        catch (InvalidOperationException error) when (url.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
        {
            throw new IOException($"Nothing can listen at {url} without a certificate: name one in the section Kestrel:Certificates:Default.", error);
        }
        Addresses = [.. _app.Urls];
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_app is { } app)
            await app.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _app, null) is { } app)
            await app.DisposeAsync().ConfigureAwait(false);
    }

    private WebApplication Build(PyremtoHttpOptions options)
    {
        // Empty: what else it would read from files in the current folder and from the environment is for other servers, up to whom it
        // believes.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        if (services.GetService<IConfiguration>() is { } configuration)
            builder.Configuration.AddConfiguration(configuration);
        builder.Services.AddSingleton<IHostLifetime, EndsWithTheHost>();
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel((context, kestrel) =>
        {
            kestrel.Configure(context.Configuration.GetSection("Kestrel"), reloadOnChange: true);
            Limit(kestrel, options);
        });
        builder.Logging.ClearProviders();
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning); // the host's log is not ours to fill
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.Logging.AddProvider(new HostLogging(services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance));
        Share<IJobScheduler>(builder.Services);
        Share<IRandomSource>(builder.Services);
        Share<TimeProvider>(builder.Services);
        Share<ITagAnnouncer>(builder.Services);
        Share<HealthCheckService>(builder.Services);
        Share<IQrCodeWriter>(builder.Services);
        Share<PageHosts>(builder.Services);
        foreach (var format in services.GetServices<IResultWriter>())
            builder.Services.AddSingleton(format);
        builder.Services.AddOpenApi(openApi => openApi.AddPyremto());
        var app = builder.Build();
        app.Urls.Clear();
        app.Urls.Add(url.Replace("//localhost:0", "//127.0.0.1:0", StringComparison.OrdinalIgnoreCase));
        if (options.KnownProxies.Count > 0)
            app.UseForwardedHeaders(Forwarded(options));
        app.MapPyremto(prefix: null, configure);
        app.MapOpenApi();
        if (services.GetService<HealthCheckService>() is not null)
        {
            app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = static _ => false });
            app.MapHealthChecks("/health/ready");
        }
        return app;
    }

    private void Share<T>(IServiceCollection shared)
        where T : class
    {
        if (services.GetService<T>() is { } service)
            shared.AddSingleton(service);
    }

    private static void Limit(KestrelServerOptions kestrel, PyremtoHttpOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.RequestHeadersTimeout = options.RequestHeadersTimeout;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(options.MinBytesPerSecond, Grace);
        kestrel.Limits.MinResponseDataRate = new MinDataRate(options.MinBytesPerSecond, Grace);
        kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
    }

    private static ForwardedHeadersOptions Forwarded(PyremtoHttpOptions options)
    {
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxy in options.KnownProxies)
        {
            if (IPAddress.TryParse(proxy, out var address))
                forwarded.KnownProxies.Add(address);
            else
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
        }
        return forwarded;
    }

    /// <summary>Instead of the lifetime of consoles: a Ctrl-C that lets the host's work drain must not end what serves it.</summary>
    private sealed class EndsWithTheHost : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>What our Kestrel logs goes to the host's log.</summary>
    private sealed class HostLogging(ILoggerFactory log) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => log.CreateLogger(categoryName);

        public void Dispose()
        {
            // The host owns its log.
        }
    }
}
