using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Running;

/// <summary>The jobs that failed for good, by why they did.</summary>
internal sealed class FailureGroups
{
    private const int MostJobsRead = 20_000;
    private const int PageSize = 500;
    private const int MostReasons = 5;
    private const int MostJobsNamed = 8;

    private readonly Dictionary<string, List<int>> _jobs = new(StringComparer.Ordinal);
    private int _read;

    /// <summary>Reads them.</summary>
    public static async Task<FailureGroups> ReadAsync(IJobScheduler scheduler, RunPlan plan, CancellationToken cancellationToken)
    {
        var groups = new FailureGroups();
        var query = new JobQuery { State = JobState.Exhausted, Limit = PageSize };
        while (groups._read < MostJobsRead)
        {
            var page = await scheduler.GetJobsAsync(new TagAccess(plan.Set!), query, cancellationToken);
            foreach (var job in page.Jobs)
                groups.Add(job, plan);
            if (page.Next is not { } next)
                break;
            query = query with { After = next };
        }
        return groups;
    }

    /// <summary>A line for each reason, those of the most jobs first, none wider than that.</summary>
    public IEnumerable<string> Lines(int width)
    {
        var groups = _jobs.OrderByDescending(static group => group.Value.Count).ThenBy(static group => group.Value[0]).ToList();
        foreach (var (reason, jobs) in groups.Take(MostReasons))
        {
            yield return TerminalText.Fit($"  {reason}", width);
            yield return TerminalText.Fit($"    {(jobs.Count == 1 ? "job" : $"{jobs.Count} jobs:")} {Named(jobs)}", width);
        }
        if (groups.Count > MostReasons)
            yield return $"  and {Words.Count(groups.Count - MostReasons, "other reason")}";
    }

    private static string Named(List<int> jobs) => string.Join(", ", jobs.Take(MostJobsNamed)) + (jobs.Count > MostJobsNamed ? " …" : "");

    private void Add(JobInfo job, RunPlan plan)
    {
        _read++;
        // The last attempt that says something; one that was lost says nothing.
        var last = job.Attempts.LastOrDefault(static attempt => attempt.Error is not null);
        var reason = FailureReason.Of(last?.Error, last?.ExitCode);
        if (!_jobs.TryGetValue(reason, out var jobs))
            _jobs.Add(reason, jobs = []);
        jobs.Add(plan.JobOf(job.JobId));
    }
}
