using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Connecting;

/// <summary>A coordinator as one verb uses it; it is left when disposed.</summary>
internal sealed class CoordinatorConnection : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private CoordinatorConnection(CoordinatorLocation location, ServiceProvider services)
    {
        Location = location;
        _services = services;
        Scheduler = services.GetRequiredService<IJobScheduler>();
    }

    /// <summary>How long a call waits for a coordinator that does not answer: a person sits before it.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(3);

    /// <summary>Where the coordinator is.</summary>
    public CoordinatorLocation Location { get; }

    /// <summary>The coordinator.</summary>
    public IJobScheduler Scheduler { get; }

    /// <summary>Ids of requests, so that what is repeated takes effect once.</summary>
    public IRandomSource Random => _services.GetRequiredService<IRandomSource>();

    /// <summary>The clock.</summary>
    public TimeProvider Time => _services.GetRequiredService<TimeProvider>();

    /// <summary>Makes ready to use it; nothing is sent yet.</summary>
    public static CoordinatorConnection Open(CoordinatorLocation location, CommandOutput output)
    {
        var services = new ServiceCollection();
        if (output.IsVerbose)
            services.AddLogging(logging => logging.AddProvider(new OutputLogging(output)));
        location.Use(services.AddPyremto(), Patience);
        return new CoordinatorConnection(location, services.BuildServiceProvider());
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
