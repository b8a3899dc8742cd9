using Pyremto.Cli.Programs;

namespace Pyremto.Cli.Running;

/// <summary>Why an attempt failed, in one line, the same for attempts that failed alike.</summary>
internal static class FailureReason
{
    /// <param name="error">What the worker said; null where it was lost.</param>
    /// <param name="exitCode">The exit code of the program, where it ran to its end.</param>
    public static string Of(string? error, int? exitCode)
    {
        if (string.IsNullOrWhiteSpace(error))
            return "the run was ended while it ran";
        var text = error.AsSpan().Trim();
        var end = text.IndexOf('\n');
        if (end < 0)
            return Cut(text).ToString();
        var last = LastWords.In(text[(end + 1)..].ToString());
        return exitCode switch
        {
            null or 0 => $"{Cut(text[..end])} {last}",
            > 128 and { } code when SignalName.IsKnown(code - 128) => $"{SignalName.InWords(code - 128)}: {last}",
            _ => $"exit code {exitCode}: {last}",
        };
    }

    /// <summary>Without what became of the output, which is another thing for each job.</summary>
    private static ReadOnlySpan<char> Cut(ReadOnlySpan<char> text) => text.IndexOf(" Its output ") is >= 0 and var at ? text[..at] : text;
}
