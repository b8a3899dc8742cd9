using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Pyremto;

/// <summary>A Kestrel of our own beside the services of a host that is none of ASP.NET Core.</summary>
internal sealed class HttpListenerService(string url, Action<PyremtoHttpOptions>? configure, IServiceProvider services)
    : IHostedService, IPyremtoHttpListener, IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private WebApplication? _app;
    private Task _loading = Task.CompletedTask;

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
        var options = Options();
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
        _loading = Task.Run(() => EarlyLoading.RunAsync(services), CancellationToken.None);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_app is { } app)
            await app.StopAsync(cancellationToken).ConfigureAwait(false);
        await _loading.WaitAsync(cancellationToken).ConfigureAwait(false);
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
        Bound(builder.Services, options);
        builder.Services.AddOpenApi(openApi => openApi.AddPyremto());
        var app = builder.Build();
        app.Urls.Clear();
        app.Urls.Add(url.Replace("//localhost:0", "//127.0.0.1:0", StringComparison.OrdinalIgnoreCase));
        if (options.KnownProxies.Count > 0)
            app.UseForwardedHeaders(new KnownProxies(options).Forwarded());
        var server = PyremtoServer.Create(app.Services, prefix: "", options);
        PyremtoEndpointRouteBuilderExtensions.Map(app, prefix: "", server);
        Guard(app.MapOpenApi());
        if (services.GetService<HealthCheckService>() is not null)
        {
            Guard(app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = static _ => false }));
            Guard(app.MapHealthChecks("/health/ready"));
        }
        return app;

        void Guard(IEndpointConventionBuilder route) => route.Finally(
            endpoint => endpoint.RequestDelegate = endpoint.RequestDelegate is { } answer
                ? new RouteRunner(server, answer.Invoke, RouteNeeds.None).RunAsync
                : null);
    }

    /// <summary>The options. A name in the address to listen at is allowed in them: the operator calls the machine by it.</summary>
    private PyremtoHttpOptions Options()
    {
        var options = HttpOptionsFactory.Create(services, configure);
        if (options.OperatorPolicy is not null)
        {
            throw new OptionsValidationException(Microsoft.Extensions.Options.Options.DefaultName, typeof(PyremtoHttpOptions),
                ["Pyremto:Http:OperatorPolicy is for MapPyremto, in a host of ASP.NET Core: a server of ListenOnHttp has no policies."]);
        }
        if (BindingAddress.Parse(url) is { Host: not ("*" or "+") and var host } && NetworkAddress.Parse(host) is null)
            options.AllowedHosts.Add(host);
        return options;
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
    }

    /// <summary>Kestrel takes the transport that was registered last.</summary>
    private static void Bound(IServiceCollection shared, PyremtoHttpOptions options) =>
        shared.AddSingleton<IConnectionListenerFactory>(provider =>
        {
            var log = provider.GetRequiredService<ILoggerFactory>();
            var time = provider.GetService<TimeProvider>() ?? TimeProvider.System;
            var bounds = new ConnectionBounds(options, DescriptorReserve.OfThisProcess(), time, log.CreateLogger("Pyremto.Http"));
            return new BoundedTransport(
                new SocketTransportFactory(provider.GetRequiredService<IOptions<SocketTransportOptions>>(), log), bounds);
        });

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
