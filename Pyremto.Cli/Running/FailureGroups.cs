using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Running;

/// <summary>The jobs that failed for good, by why they did.</summary>
internal sealed class FailureGroups
{
    private const int MostJobsRead = 20_000;
    private const int PageSize = 500;
    private const int MostReasons = 5;
    private const int MostJobsTold = 5;

    private readonly Dictionary<string, Group> _groups = new(StringComparer.Ordinal);
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

    /// <summary>A line for each reason, those of the most jobs first, and for some of its jobs with their settings; none wider than
    /// that.</summary>
    public IEnumerable<string> Lines(int width)
    {
        var groups = _groups.OrderByDescending(static group => group.Value.Count).ThenBy(static group => group.Value.Told[0].Job).ToList();
        foreach (var (reason, group) in groups.Take(MostReasons))
        {
            yield return TerminalText.Fit($"  {reason}", width);
            foreach (var (job, settings) in group.Told)
                yield return TerminalText.Fit($"    job {job}: {settings}", width);
            if (group.Count > group.Told.Count)
                yield return $"    and {Words.Count(group.Count - group.Told.Count, "more job")}";
        }
        if (groups.Count > MostReasons)
            yield return $"  and {Words.Count(groups.Count - MostReasons, "other reason")}";
    }

    private void Add(JobInfo job, RunPlan plan)
    {
        _read++;
        // The last attempt that says something; one that was lost says nothing.
        var last = job.Attempts.LastOrDefault(static attempt => attempt.Error is not null);
        var reason = FailureReason.Of(last?.Error, last?.ExitCode);
        if (!_groups.TryGetValue(reason, out var group))
            _groups.Add(reason, group = new Group());
        group.Count++;
        if (group.Told.Count < MostJobsTold)
            group.Told.Add((plan.JobOf(job.JobId), job.Description.ToString()));
    }

    private sealed class Group
    {
        public int Count { get; set; }

        public List<(int Job, string Settings)> Told { get; } = [];
    }
}
