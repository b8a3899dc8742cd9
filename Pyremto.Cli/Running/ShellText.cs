using System.Text.RegularExpressions;

namespace Pyremto.Cli.Running;

/// <summary>Words as a line that can be pasted into a shell.</summary>
internal static partial class ShellText
{
    public static string Join(IEnumerable<string> words) => string.Join(' ', words.Select(Quote));

    private static string Quote(string word) => Harmless().IsMatch(word) ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>Words that no shell changes. A brace around a name alone stays as it is.</summary>
    [GeneratedRegex(@"^[A-Za-z0-9_@%+=:,./{}-]+\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Harmless();
}
