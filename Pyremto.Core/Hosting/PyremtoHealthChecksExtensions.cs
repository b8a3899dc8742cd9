using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pyremto;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Pyremto among the health checks of a host.</summary>
public static class PyremtoHealthChecksExtensions
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Adds a check that is healthy while the scheduler of <c>AddPyremto()</c> answers and the host's workers work. It is degraded while
    /// a worker sits a tag out or is refused for one, and fails where a worker has ended though nobody wanted that: refused altogether,
    /// after repeated failures, or crashed. Its description says which worker, which tag, since when, why, and when it tries again.
    /// </summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="failureStatus">What it reports when it fails; null for <see cref="HealthStatus.Unhealthy"/>.</param>
    /// <param name="tags">Tags to filter checks by.</param>
    /// <param name="timeout">How long the answer may take; null for 5 seconds.</param>
    public static IHealthChecksBuilder AddPyremto(
        this IHealthChecksBuilder builder,
        string name = "pyremto",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(
            name,
            services => new PyremtoHealthCheck(services.GetRequiredService<IJobScheduler>(), services.GetService<WorkerStates>()),
            failureStatus,
            tags,
            timeout ?? DefaultTimeout));
    }
}
