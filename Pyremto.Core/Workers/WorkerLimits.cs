namespace Pyremto;

/// <summary>What bounds a worker as a whole: its slots share it. Thread-safe.</summary>
internal sealed class WorkerLimits(FailureBreaker failures, JobQuota jobs, IdleWatch idle)
{
    public FailureBreaker Failures { get; } = failures;

    public JobQuota Jobs { get; } = jobs;

    public IdleWatch Idle { get; } = idle;

    public static WorkerLimits From(WorkerOptions options) => new(
        new FailureBreaker(options.MaxFailuresInARow), new JobQuota(options.MaxJobs), new IdleWatch(options.IdleTimeout));
}
