namespace Pyremto;

/// <summary>What <see cref="ITagOwner.RetryAsync"/> or <see cref="ITagOwner.CancelAsync"/> did.</summary>
/// <param name="Jobs">How many jobs were changed.</param>
/// <param name="Unchanged">The jobs that were named and not changed, each once, in the order named; empty where none was named.</param>
public sealed record ChangedJobs(int Jobs, IReadOnlyList<UnchangedJob> Unchanged);

/// <summary>A job that a call named and did not change.</summary>
/// <param name="JobId">The job.</param>
/// <param name="State">The state that it is in, in which the call has nothing to do; null if the tag has no such job.</param>
public sealed record UnchangedJob(int JobId, JobState? State);
