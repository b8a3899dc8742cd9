using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pyremto;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Named pipes: workers in other processes of the same user on the same machine.</summary>
public static class NamedPipeBuilderExtensions
{
    /// <summary>Lets processes of the same user on this machine use this host's scheduler, from its start until it stops.</summary>
    /// <remarks>
    /// The host fails at start with <see cref="IOException"/> where another coordinator, or another program, has the name. With
    /// <see cref="UseNamedPipe"/> of another name, or another transport, the host is a relay. Can be called for several names.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The pipe's name: visible characters that could stand in a file's name, at most some 80.</param>
    /// <param name="configure">Sets bounds; null for the defaults and the configuration section <c>Pyremto:NamedPipeServer</c>.</param>
    /// <exception cref="ArgumentException">The name is empty, too long, or looks like a path.</exception>
    public static IPyremtoBuilder ListenOnNamedPipe(
        this IPyremtoBuilder builder, string name, Action<NamedPipeServerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        PipeName.Check(name);
        builder.Services.AddOptions<NamedPipeServerOptions>()
            .Configure<IServiceProvider>(static (options, provider) =>
                provider.GetService<IConfiguration>()?.GetSection(NamedPipeServerOptions.SectionName).Bind(options))
            .Configure(configure ?? (static _ => { }))
            .ValidateOnStart();
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<NamedPipeServerOptions>, NamedPipeServerOptionsValidator>());
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<NamedPipeServerOptions>, PeerTimeoutValidator>());
        builder.Services.AddSingleton<IHostedService>(provider => new NamedPipeServer(
            name,
            provider.GetRequiredService<IOptions<NamedPipeServerOptions>>().Value,
            provider.GetRequiredService<IJobScheduler>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IRandomSource>(),
            Logger<NamedPipeServer>(provider)));
        return builder;
    }

    /// <summary>Uses the coordinator of another process of the same user on this machine, which listens on a named pipe.</summary>
    /// <remarks>
    /// Calls wait for the coordinator to be there, are repeated when it comes back, and fail with
    /// <see cref="CoordinatorUnreachableException"/> after <see cref="NamedPipeClientOptions.ReconnectFor"/>.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The pipe's name, as the coordinator gives it to <see cref="ListenOnNamedPipe"/>.</param>
    /// <param name="configure">Sets habits; null for the defaults and the configuration section <c>Pyremto:NamedPipeClient</c>.</param>
    /// <exception cref="ArgumentException">The name is empty, too long, or looks like a path.</exception>
    public static IPyremtoBuilder UseNamedPipe(
        this IPyremtoBuilder builder, string name, Action<NamedPipeClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        PipeName.Check(name);
        builder.Services.AddOptions<NamedPipeClientOptions>()
            .Configure<IServiceProvider>(static (options, provider) =>
                provider.GetService<IConfiguration>()?.GetSection(NamedPipeClientOptions.SectionName).Bind(options))
            .Configure(configure ?? (static _ => { }))
            .ValidateOnStart();
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<NamedPipeClientOptions>, ReconnectForValidator>());
        return builder.UseRemoteScheduler($"UseNamedPipe(\"{name}\")", provider => new NamedPipeScheduler(
            name,
            provider.GetRequiredService<IOptions<NamedPipeClientOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IRandomSource>(),
            Logger<NamedPipeScheduler>(provider)));
    }

    private static ILogger Logger<T>(IServiceProvider provider) => provider.GetService<ILogger<T>>() ?? NullLogger<T>.Instance;
}
