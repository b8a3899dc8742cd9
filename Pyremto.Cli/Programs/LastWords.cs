using System.Text.RegularExpressions;

namespace Pyremto.Cli.Programs;

/// <summary>The line of what a program said last that says most.</summary>
internal static partial class LastWords
{
    /// <summary>A message of more lines is no message any more.</summary>
    private const int LongestMessage = 10;

    /// <summary>
    /// The last line; of an exception whose message has several lines, or whose stack stands behind it, the line that begins with its type.
    /// </summary>
    public static string In(string text)
    {
        var lines = text.Split('\n').Select(static line => line.TrimEnd()).Where(static line => line.Length > 0).ToList();
        if (lines.Count == 0)
            return "";
        var line = OfPython(lines) ?? AboveStack(lines);
        return line is null || line == lines.Count - 1 ? lines[^1].Trim()
            : Stack().IsMatch(lines[line.Value + 1]) ? lines[line.Value].Trim()
            : $"{lines[line.Value].Trim()} …";
    }

    /// <summary>Behind the frames, which are indented.</summary>
    private static int? OfPython(List<string> lines)
    {
        var traceback = lines.FindLastIndex(static line => line.StartsWith("Traceback (most recent call last):", StringComparison.Ordinal));
        var line = traceback < 0 ? -1 : lines.FindIndex(traceback + 1, static line => !char.IsWhiteSpace(line[0]));
        return line >= 0 && lines.Count - line <= LongestMessage ? line : null;
    }

    /// <summary>Before the stack that all ends with, as .NET, Java and JavaScript write it.</summary>
    private static int? AboveStack(List<string> lines)
    {
        var end = lines.FindLastIndex(static line => !Stack().IsMatch(line));
        if (end < 0 || end == lines.Count - 1)
            return null;
        var first = Math.Max(end - LongestMessage, 0);
        var line = lines.FindLastIndex(end, end - first + 1, static line => Exception().IsMatch(line));
        return line >= 0 ? line : end;
    }

    [GeneratedRegex(@"^\s+(at |\.\.\. \d+ more|--- )", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Stack();

    [GeneratedRegex(@"^(Unhandled exception\. |Exception in thread ""[^""]*"" )?[\w.$]*(Exception|Error)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Exception();
}
