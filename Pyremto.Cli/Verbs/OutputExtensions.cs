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

    /// <summary>Says how many jobs were touched; with <c>--json</c> as data.</summary>
    public static async Task WriteTouchedAsync(
        this CommandOutput output, TouchedJobs touched, string what, CancellationToken cancellationToken)
    {
        if (output.IsJson)
            await output.WriteJsonAsync(touched, CommandJson.Default.TouchedJobs, cancellationToken);
        else
            output.WriteProgress($"{TerminalText.Escape(touched.Tag)}: {Words.Count(touched.Jobs, "job")} {what}");
    }
}
