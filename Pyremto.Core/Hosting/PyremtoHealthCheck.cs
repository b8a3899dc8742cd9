using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Pyremto;

/// <summary>
/// Healthy while the scheduler, and with it its store or the coordinator elsewhere, answers, and all workers of the host work or have
/// ended as they were to.
/// </summary>
internal sealed class PyremtoHealthCheck(IJobScheduler scheduler, WorkerStates? workers) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await scheduler.TagExistsAsync("health", cancellationToken).ConfigureAwait(false);
        }
        catch (PyremtoException error)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, error.Message, error);
        }
        var all = workers?.All ?? [];
        var failures = all.Select(worker => worker.Failure).OfType<string>().ToList();
        var shortcomings = all.SelectMany(worker => worker.Shortcomings).ToList();
        var words = string.Join(' ', failures.Concat(shortcomings));
        return failures.Count > 0 ? new HealthCheckResult(context.Registration.FailureStatus, words)
            : shortcomings.Count > 0 ? HealthCheckResult.Degraded(words)
            : HealthCheckResult.Healthy();
    }
}
