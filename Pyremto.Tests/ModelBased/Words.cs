using System.Text;

namespace Pyremto.Tests.ModelBased;

/// <summary>Answers of a store and of the model in the same words, so that they can be compared, and read when they differ.</summary>
internal static class Words
{
    public static string List<T>(IEnumerable<T> items) => $"[{string.Join(", ", items)}]";

    public static string Sorted(IEnumerable<string> items) => List(items.Order(StringComparer.Ordinal));

    public static string Verdict(ReportVerdict verdict, bool differs = false) => differs ? $"{verdict}, differs" : verdict.ToString();

    /// <remarks>Several jobs stand by id: in which order a repeated request gets them again is no rule.</remarks>
    public static string Answer(NextState state, IEnumerable<(int JobId, int Attempt)> jobs, IEnumerable<string> outcomes) =>
        $"{state} {List(jobs.Order().Select(job => $"{job.JobId}#{job.Attempt}"))} outcomes {List(outcomes)}";

    public static string Job(
        int id, JobState state, int spent, DateTimeOffset? waitingUntil, IEnumerable<(int Attempt, HandOutState State, string? Worker, string? Error)> attempts) =>
        $"job {id}: {state}{(waitingUntil is { } until ? $" until {until:O}" : "")}, spent {spent}, {List(attempts.Select(own => $"{own.Attempt} {own.State} of {own.Worker ?? "?"} {own.Error}".TrimEnd()))}";

    public static string Changed(ChangedJobs changed) =>
        $"{changed.Jobs} changed, not {List(changed.Unchanged.Select(job => $"{job.JobId} {job.State?.ToString() ?? "unknown"}"))}";

    public static string Result(int id, int attempt, string? worker, string text) => $"result of {id}#{attempt} by {worker ?? "?"}: {text}";

    public static string Tag(TagProgress progress, IEnumerable<string> jobs, IEnumerable<string> results)
    {
        var text = new StringBuilder();
        text.AppendLine($"{progress.State}: {progress.Waiting} waiting, {progress.InProgress} in progress, {progress.Done} done, "
            + $"{progress.Exhausted} exhausted, {progress.Cancelled} cancelled, {progress.Redistributed} redistributed, "
            + $"{progress.DuplicateResults} duplicates, {progress.DifferingResults} differing, {progress.FailedAttempts} failed; "
            + $"N {progress.MaxRedistributionAttempts}, lease {progress.Lease.TotalSeconds} s, retry delay {progress.RetryDelay.TotalSeconds} s, {progress.Policy}");
        foreach (var worker in progress.Workers.OrderBy(worker => worker.Worker, StringComparer.Ordinal))
            text.AppendLine($"{worker.Worker}: {worker.Live} live, {worker.Done} done, {worker.Failed} failed, {worker.Lost} lost");
        foreach (var line in jobs.Concat(results))
            text.AppendLine(line);
        return text.ToString();
    }
}
