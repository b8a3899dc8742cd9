using System.Text.RegularExpressions;

namespace Pyremto.Cli.Terminal;

/// <summary>Words as a line that can be pasted into a shell.</summary>
internal static partial class ShellText
{
    public static string Join(IEnumerable<string> words) => string.Join(' ', words.Select(Quote));

    /// <summary>A word as the shell takes it for that word, whatever it holds.</summary>
    public static string Quote(string word) => Harmless().IsMatch(word) ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>Words that no shell changes. A brace around a name alone stays as it is; one around a list or a range does not.</summary>
    [GeneratedRegex(
        @"^([A-Za-z0-9_@%+=:,./-]|\{[A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*\})+\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Harmless();
}
