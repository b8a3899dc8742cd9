using System.Text.RegularExpressions;

namespace Pyremto.Tests.Cli;

/// <summary>What a terminal was sent, as lines that a person could have read.</summary>
internal static partial class Screen
{
    /// <summary>All lines, also those that were drawn over, without what steers the terminal.</summary>
    public static IReadOnlyList<string> Of(string sent) =>
        [.. Steering().Replace(sent, "").Split('\n', '\r').Where(static line => line.Length > 0)];

    /// <summary>What is to be seen at the end on a terminal of that width.</summary>
    public static string Left(string sent, int width)
    {
        var terminal = new ReflowingTerminal(width);
        terminal.Write(sent);
        return terminal.ToString();
    }

    [GeneratedRegex("\u001b(\\[[0-9;?]*[A-Za-z]|[=>]|\\][^\u0007]*\u0007)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Steering();
}
