using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Pyremto;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Pyremto in a host.</summary>
public static class PyremtoServiceCollectionExtensions
{
    /// <summary>
    /// Adds a job scheduler: <see cref="IJobScheduler"/> and <see cref="RemoteControlFactory"/>, open from before the first hosted
    /// service starts until after the last has stopped. Unless the builder says otherwise it keeps everything in memory.
    /// </summary>
    /// <remarks>
    /// Options are bound from the configuration section <c>Pyremto</c> where the host has a configuration, then
    /// <paramref name="configure"/> is applied; they are validated at start. A second call goes on with the builder of the first.
    /// A <see cref="TimeProvider"/>, <see cref="IRandomSource"/>, <see cref="ITagAnnouncer"/> or <see cref="IQrCodeWriter"/> that was
    /// registered before is used.
    /// </remarks>
    /// <param name="services">The services of the host.</param>
    /// <param name="configure">Sets limits and habits; null for the defaults.</param>
    /// <returns>A builder for store, transports and workers.</returns>
    public static IPyremtoBuilder AddPyremto(this IServiceCollection services, Action<PyremtoOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var builder = PyremtoBuilder.Find(services);
        if (builder is null)
        {
            builder = new PyremtoBuilder(services);
            services.AddSingleton(builder);
            AddOptions(services);
            AddScheduler(services);
        }
        if (configure is not null)
            services.Configure(configure);
        return builder;
    }

    /// <summary>
    /// Keeps everything in memory: the default, said aloud. It ends with the process. It takes the place of a store that was chosen
    /// before, as the host of a test needs.
    /// </summary>
    /// <param name="builder">The builder.</param>
    public static IPyremtoBuilder UseInMemory(this IPyremtoBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        foreach (var store in builder.Services.Where(service => service.ImplementationInstance is SchedulerSource { CreateStore: not null }).ToArray())
            builder.Services.Remove(store);
        return builder.UseStore("UseInMemory()", services => JournaledJobStore.InMemory(services.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Keeps everything in a SQLite file, which one coordinator at a time can have open.</summary>
    /// <remarks>
    /// The host fails at start with <see cref="StoreUnavailableException"/> where the file cannot be opened: its folder does not exist,
    /// it is read-only, no database, from a newer version, on a network file system, or open in another coordinator.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="path">The file, created where it does not exist; a relative path starts at the current directory.</param>
    public static IPyremtoBuilder UseSqlite(this IPyremtoBuilder builder, string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return builder.UseStore($"UseSqlite(\"{path}\")", services => JournaledJobStore.Sqlite(
            path, services.GetRequiredService<TimeProvider>(), SchedulerParts.Logger<JournaledJobStore>(services)));
    }

    private static void AddOptions(IServiceCollection services)
    {
        services.AddOptions<PyremtoOptions>()
            .Configure<IServiceProvider>(static (options, provider) =>
                provider.GetService<IConfiguration>()?.GetSection(PyremtoOptions.SectionName).Bind(options))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<PyremtoOptions>, PyremtoOptionsValidator>();
        services.AddSingleton<IValidateOptions<PyremtoOptions>, RetentionValidator>();
        services.AddSingleton<IValidateOptions<PyremtoOptions>, SchedulerSourceValidator>();
    }

    private static void AddScheduler(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IRandomSource, CryptographicRandomSource>();
        services.TryAddSingleton<PyremtoDiagnostics>();
        services.TryAddSingleton<ITagAnnouncer>(static _ => new ConsoleTagAnnouncer());
        services.TryAddSingleton<IQrCodeWriter, QrCodeWriter>();
        services.AddSingleton<PageHosts>();
        services.AddSingleton<RemoteControlFactory>();
        services.AddSingleton(SchedulerParts.Create);
        services.AddSingleton(static provider => provider.GetRequiredService<SchedulerParts>().Scheduler);
        services.AddSingleton<IHostedService, SchedulerHost>();
        foreach (var writer in ResultWriters.All)
            services.AddSingleton(writer);
    }
}
