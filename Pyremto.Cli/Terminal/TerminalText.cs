using System.Globalization;
using System.Text;

namespace Pyremto.Cli.Terminal;

/// <summary>Makes text from elsewhere (workers, files, coordinators) harmless to a terminal.</summary>
internal static class TerminalText
{
    /// <summary>One line: line ends and all other characters that steer a terminal, or turn the direction of writing, stand as <c>\n</c>, <c>\x1b</c>, <c>\u202e</c>.</summary>
    public static string Escape(string text) => Escape(text, keepLines: false);

    /// <summary>As <see cref="Escape(string)"/>, but line ends and tabs stay.</summary>
    public static string EscapeLines(string text) => Escape(text, keepLines: true);

    /// <summary>Escaped, and cut to a width with an ellipsis at its end.</summary>
    public static string Fit(string text, int width)
    {
        var line = Escape(text);
        if (line.Length <= width)
            return line;
        if (width <= 1)
            return "…"[..Math.Max(width, 0)];
        var kept = char.IsHighSurrogate(line[width - 2]) ? width - 2 : width - 1;
        return string.Concat(line.AsSpan(0, kept), "…");
    }

    private static string Escape(string text, bool keepLines)
    {
        var harmless = true;
        for (var i = 0; i < text.Length && harmless; i++)
            harmless = !IsHarmful(text, i, keepLines);
        if (harmless)
            return text;
        var escaped = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            if (IsHarmful(text, i, keepLines))
                Append(escaped, text[i]);
            else
                escaped.Append(text[i]);
        }
        return escaped.ToString();
    }

    private static bool IsHarmful(string text, int index, bool keepLines)
    {
        var character = text[index];
        if (character is >= ' ' and <= '~')
            return false;
        if (keepLines && character is '\n' or '\t')
            return false;
        return char.GetUnicodeCategory(character) switch
        {
            UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
            UnicodeCategory.Format => character is not '\u200c' and not '\u200d', // joiners are part of words and pictures
            UnicodeCategory.Surrogate => !IsPaired(text, index),
            _ => false,
        };
    }

    private static bool IsPaired(string text, int index) => char.IsHighSurrogate(text[index])
        ? index + 1 < text.Length && char.IsLowSurrogate(text[index + 1])
        : index > 0 && char.IsHighSurrogate(text[index - 1]);

    private static void Append(StringBuilder escaped, char character)
    {
        _ = character switch
        {
            '\n' => escaped.Append("\\n"),
            '\r' => escaped.Append("\\r"),
            '\t' => escaped.Append("\\t"),
            <= '\xff' => escaped.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}"),
            _ => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
        };
    }
}
