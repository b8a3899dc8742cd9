using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Pyremto;

/// <summary>Text from strangers as a cell of a spreadsheet that runs nothing, and that steers no terminal where it is printed.</summary>
internal static partial class SpreadsheetCell
{
    private static readonly SearchValues<char> Starters = SearchValues.Create("=+-@＝＋－＠\t\r\n");

    /// <summary>
    /// Puts an apostrophe before what a spreadsheet would run as a formula, in letters of either width. A plain number is none, whatever
    /// its sign.
    /// </summary>
    public static string Defuse(string text)
    {
        var printable = Printable(text);
        return printable.Length > 0 && Starters.Contains(printable[0]) && !PlainNumber().IsMatch(printable) ? "'" + printable : printable;
    }

    /// <summary>Control characters other than tabs and line ends as JSON's escapes.</summary>
    public static string Printable(string text)
    {
        var first = 0;
        while (first < text.Length && !Steers(text[first]))
            first++;
        if (first == text.Length)
            return text;
        var printable = new StringBuilder(text, 0, first, text.Length + 16);
        foreach (var character in text.AsSpan(first))
        {
            if (Steers(character))
                printable.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            else
                printable.Append(character);
        }
        return printable.ToString();
    }

    private static bool Steers(char character) => char.IsControl(character) && character is not ('\t' or '\r' or '\n');

    [GeneratedRegex(@"^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PlainNumber();
}
