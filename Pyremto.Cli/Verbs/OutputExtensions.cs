using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary>What several verbs print alike.</summary>
internal static class OutputExtensions
{
    /// <summary>Says what was done to a tag; with <c>--json</c> as data.</summary>
    public static async Task WriteChangeAsync(this CommandOutput output, ChangedTag change, CancellationToken cancellationToken)
    {
        if (output.IsJson)
            await output.WriteJsonAsync(change, CommandJson.Default.ChangedTag, cancellationToken);
        else
            output.WriteProgress($"{TerminalText.Escape(change.Tag)}: {change.Change}");
    }

    /// <summary>Says how many jobs were touched, and of those that were named and were not, why; with <c>--json</c> as data. Answers the
    /// exit code.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="changed">What the call did.</param>
    /// <param name="what">What became of those that were touched.</param>
    /// <param name="whyNot">What to say of a job in a state that the call does not touch; null where it is as was wanted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<int> WriteTouchedAsync(
        this CommandOutput output, string tag, ChangedJobs changed, string what, Func<JobState, string?> whyNot, CancellationToken cancellationToken)
    {
        if (output.IsJson)
        {
            var unchanged = changed.Unchanged.Select(static job => new UntouchedJob(job.JobId, job.State is { } state ? Words.Of(state) : null)).ToList();
            var touched = new TouchedJobs(tag, changed.Jobs, unchanged.Count > 0 ? unchanged : null);
            await output.WriteJsonAsync(touched, CommandJson.Default.TouchedJobs, cancellationToken);
        }
        else
        {
            output.WriteProgress($"{TerminalText.Escape(tag)}: {Words.Count(changed.Jobs, "job")} {what}");
        }
        var exitCode = ExitCode.Done;
        foreach (var job in changed.Unchanged)
        {
            var problem = job.State is not { } state ? $"There is no job {job.JobId}." : whyNot(state) is { } why ? $"Job {job.JobId} {why}." : null;
            if (problem is null)
                continue;
            output.WriteError(problem);
            exitCode = ExitCode.WrongUse;
        }
        return exitCode;
    }
}
