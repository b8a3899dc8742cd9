using System.Text.RegularExpressions;

namespace Pyremto;

/// <summary>Text from strangers as a cell of a spreadsheet that runs nothing.</summary>
internal static partial class SpreadsheetCell
{
    /// <summary>
    /// Puts an apostrophe before what a spreadsheet would run as a formula. A plain number is none, whatever its sign.
    /// </summary>
    public static string Defuse(string text) =>
        text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] && !PlainNumber().IsMatch(text) ? "'" + text : text;

    [GeneratedRegex(@"^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PlainNumber();
}
