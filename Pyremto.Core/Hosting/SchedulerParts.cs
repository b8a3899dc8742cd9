using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Pyremto;

/// <summary>The scheduler that the builder's calls chose, and what belongs to it.</summary>
internal sealed class SchedulerParts
{
    private SchedulerParts(IJobScheduler scheduler) => Scheduler = scheduler;

    public IJobScheduler Scheduler { get; }

    /// <summary>The same where it runs in this process over a store; null for a coordinator elsewhere.</summary>
    public JobScheduler? Own => Scheduler as JobScheduler;

    /// <summary>What deletes old tags; null for a coordinator elsewhere.</summary>
    public RetentionSweep? Sweep { get; private init; }

    public static SchedulerParts Create(IServiceProvider services)
    {
        // The options' validators refuse contradicting sources.
        var options = services.GetRequiredService<IOptions<PyremtoOptions>>().Value;
        var time = services.GetRequiredService<TimeProvider>();
        var source = services.GetServices<SchedulerSource>().LastOrDefault();
        if (source?.CreateScheduler is { } connect)
            return new SchedulerParts(connect(services));

        var store = source?.CreateStore?.Invoke(services) ?? JournaledJobStore.InMemory(time);
        var random = services.GetRequiredService<IRandomSource>();
        var instruments = services.GetRequiredService<PyremtoDiagnostics>().Scheduler;
        var pages = services.GetRequiredService<PageHosts>();
        return new SchedulerParts(new JobScheduler(store, options, time, random, Logger<JobScheduler>(services), instruments, pages))
        {
            Sweep = new RetentionSweep(store, options, time, Logger<RetentionSweep>(services)),
        };
    }

    /// <summary>The host's logger; none where the services have no logging.</summary>
    public static ILogger<T> Logger<T>(IServiceProvider services) => services.GetService<ILogger<T>>() ?? NullLogger<T>.Instance;
}
