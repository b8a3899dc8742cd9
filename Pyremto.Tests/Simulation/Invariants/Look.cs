using Pyremto.Tests.ModelBased;

namespace Pyremto.Tests.Simulation;

/// <summary>Reads all that a coordinator shows and compares it with what became durable: the same right after a crash as before
/// it.</summary>
internal sealed class Look(World world, History history, IJobScheduler scheduler)
{
    public void AtAll()
    {
        foreach (var tag in history.Tags)
        {
            if (!tag.IsDeleted)
                At(tag);
        }
    }

    private void At(TagHistory tag)
    {
        var access = new TagAccess(tag.Name);
        var progress = Now(scheduler.GetProgressAsync(access, CancellationToken.None));
        var counted = progress.Waiting + progress.InProgress + progress.Done + progress.Exhausted + progress.Cancelled;
        Same(tag, "total", tag.Jobs.Count, progress.Total);
        Same(tag, "sum of the states", progress.Total, counted);
        Same(
            tag, "counts",
            Words(tag.Count(JobState.Waiting), tag.Count(JobState.InProgress), tag.Count(JobState.Done), tag.Count(JobState.Exhausted), tag.Count(JobState.Cancelled)),
            Words(progress.Waiting, progress.InProgress, progress.Done, progress.Exhausted, progress.Cancelled));
        Same(tag, "duplicates", tag.Duplicates, progress.DuplicateResults);
        Same(tag, "differing duplicates", tag.Differing, progress.DifferingResults);
        Same(tag, "whether its view token is valid", true, ViewTokens.IsValid(tag.Record, Now(scheduler.IssueViewTokenAsync(access, null, CancellationToken.None)), world.Clock.GetUtcNow()));
        var jobs = Now(scheduler.GetJobsAsync(access, new JobQuery { Limit = 1000 }, CancellationToken.None)).Jobs;
        for (var i = 0; i < jobs.Count; i++)
            Same(tag, $"job {i}", Words(tag, tag.Jobs[i]), Words(jobs[i]));
        foreach (var result in Results(access))
            Same(tag, $"result of job {result.JobId}", tag.Jobs[result.JobId].Result?.Text, result.Result.ToString());
        Same(tag, "results", tag.Jobs.Count(job => job.Result is not null), Results(access).Count);
    }

    private List<JobResult> Results(TagAccess access)
    {
        var results = new List<JobResult>();
        var reading = scheduler.GetResultsAsync(access, new ResultQuery(), CancellationToken.None).GetAsyncEnumerator();
        while (Now(reading.MoveNextAsync()))
            results.Add(reading.Current);
        return results;
    }

    private void Same<T>(TagHistory tag, string what, T kept, T shown)
    {
        if (!EqualityComparer<T>.Default.Equals(kept, shown))
            world.Violate($"S14: tag {tag.Name}: {what}: {kept} was kept, and {shown} is shown");
    }

    private static string Words(params int[] counts) => string.Join(' ', counts);

    private static string Words(TagHistory tag, ModelJob job) =>
        $"{tag.StateOf(job)}, {job.Spent} spent:{string.Concat(job.HandOuts.TakeLast(32).Select(own => $" {own.Attempt} {own.Worker} {own.State}"))}";

    private static string Words(JobInfo job) =>
        $"{job.State}, {job.Spent} spent:{string.Concat(job.Attempts.TakeLast(32).Select(own => $" {own.Attempt} {own.Worker} {own.State}"))}";

#pragma warning disable VSTHRD002 // It is there already: nobody waits in a simulation.
    private static T Now<T>(ValueTask<T> answer) =>
        answer.IsCompleted ? answer.Result : throw new InvalidOperationException("The coordinator did not answer at once.");
#pragma warning restore VSTHRD002
}
