namespace Pyremto;

/// <summary>What bounds a worker as a whole: its slots share it. Thread-safe.</summary>
internal sealed class WorkerLimits(TagFailures failures, TagRoster tags, JobQuota jobs, IdleWatch idle)
{
    public TagFailures Failures { get; } = failures;

    public TagRoster Tags { get; } = tags;

    public JobQuota Jobs { get; } = jobs;

    public IdleWatch Idle { get; } = idle;

    public static WorkerLimits From(WorkerOptions options, IRandomSource random) => new(
        new TagFailures(options.MaxFailuresInARow, options.EndAfterFailures),
        new TagRoster(options.Accesses, random),
        new JobQuota(options.MaxJobs),
        new IdleWatch(options.IdleTimeout));
}
