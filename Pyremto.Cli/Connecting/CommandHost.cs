using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Connecting;

/// <summary>The generic host as verbs use it: no files of configuration, its log on standard error, and signals left to the verb.</summary>
internal static class CommandHost
{
    /// <summary>A builder of such a host. Its exceptions at start are thrown and not logged beside.</summary>
    public static HostApplicationBuilder CreateBuilder(CommandOutput output)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Logging.AddProvider(new OutputLogging(output));
        builder.Services.AddSingleton<IHostLifetime, SignalsOfVerb>();
        return builder;
    }

    /// <summary>Instead of the lifetime of consoles, which would take Ctrl-C.</summary>
    private sealed class SignalsOfVerb : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
