using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Pyremto;

/// <summary>Healthy while the scheduler, and with it its store or the coordinator elsewhere, answers.</summary>
internal sealed class PyremtoHealthCheck(IJobScheduler scheduler) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await scheduler.TagExistsAsync("health", cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy();
        }
        catch (PyremtoException error)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, error.Message, error);
        }
    }
}
