using System.Runtime.CompilerServices;

namespace Pyremto.Cli.Running;

/// <summary>
/// A run as others look at it: all its jobs at their places in the input, also those whose result is from before the input changed. Thread-safe.
/// </summary>
internal sealed class RunView(IJobScheduler scheduler, RunPlan plan)
{
    private readonly TagAccess _set = new(plan.Set!);
    private readonly PlannedResults _results = new(scheduler, plan);

    public async ValueTask<TagProgress> GetProgressAsync(CancellationToken cancellationToken) =>
        plan.Whole(await scheduler.GetProgressAsync(_set, cancellationToken));

    public async IAsyncEnumerable<TagProgress> WatchProgressAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var progress in scheduler.WatchProgressAsync(_set, cancellationToken))
            yield return plan.Whole(progress);
    }

    public IAsyncEnumerable<JobResult> GetResultsAsync(ResultQuery query, CancellationToken cancellationToken)
    {
        if (plan.Places is null)
            return scheduler.GetResultsAsync(_set, query, cancellationToken);
        var results = query.Order == ResultOrder.ByCompletion
            ? ByCompletionAsync(Math.Max(query.After, 0), cancellationToken)
            : _results.ReadAsync(query.After, cancellationToken);
        return query.Limit is { } limit ? results.Take(limit) : results;
    }

    public async ValueTask<JobPage> GetJobsAsync(JobQuery query, CancellationToken cancellationToken)
    {
        if (plan.Places is null)
            return await scheduler.GetJobsAsync(_set, query, cancellationToken);
        if (query.State is null or JobState.Done)
            return await AllJobsAsync(query, cancellationToken);
        var page = await scheduler.GetJobsAsync(_set, query with { After = plan.LastInSetUpTo(query.After) }, cancellationToken);
        return new JobPage([.. page.Jobs.Select(job => plan.Placed(job, plan.JobOf(job.JobId)))], page.Next is { } next ? plan.JobOf(next) : null);
    }

    /// <summary>What was kept came first, in the order of the jobs.</summary>
    private async IAsyncEnumerable<JobResult> ByCompletionAsync(int after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (after < plan.Kept)
        {
            await foreach (var result in _results.ReadKeptAsync(after, cancellationToken))
                yield return result;
        }
        var query = new ResultQuery { Order = ResultOrder.ByCompletion, After = Math.Max(after - plan.Kept, 0) };
        await foreach (var result in scheduler.GetResultsAsync(_set, query, cancellationToken))
            yield return plan.Placed(result, plan.JobOf(result.JobId));
    }

    private async Task<JobPage> AllJobsAsync(JobQuery query, CancellationToken cancellationToken)
    {
        var jobs = new List<JobInfo>();
        for (var job = query.After + 1; job < plan.Total; job++)
        {
            if (jobs.Count == query.Limit)
                return new JobPage(jobs, job - 1);
            var (set, id) = plan.Places![job];
            var page = await scheduler.GetJobsAsync(new TagAccess(plan.Sets[set]), new JobQuery { After = id - 1, Limit = 1 }, cancellationToken);
            if (query.State is null || page.Jobs[0].State == query.State)
                jobs.Add(plan.Placed(page.Jobs[0], job));
        }
        return new JobPage(jobs, Next: null);
    }
}
