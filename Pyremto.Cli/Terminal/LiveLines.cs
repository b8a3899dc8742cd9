using System.Text;

namespace Pyremto.Cli.Terminal;

/// <summary>
/// Lines at the end of a terminal that are drawn over and over, with others above them. They are drawn over where they are now, also
/// after the terminal has become narrower and has broken them. Not thread-safe.
/// </summary>
internal sealed class LiveLines(TextWriter terminal)
{
    private const string HideCursor = "\u001b[?25l";
    private const string ShowCursor = "\u001b[?25h";
    private const string EraseBelow = "\u001b[J";

    private IReadOnlyList<LiveLine> _drawn = [];

    /// <summary>Draws them anew.</summary>
    /// <param name="lines">The lines, each narrower than the terminal.</param>
    /// <param name="width">How many columns the terminal has now.</param>
    public void Draw(IReadOnlyList<LiveLine> lines, int width) => Write(above: null, lines, width);

    /// <summary>Writes a line above them.</summary>
    public void WriteAbove(string line, int width) => Write(line, _drawn, width);

    /// <summary>Leaves them as they are, or takes them away, and shows the cursor again.</summary>
    public void End(bool keep, int width)
    {
        if (_drawn.Count > 0)
            terminal.Write((keep ? terminal.NewLine : Erased(width)) + ShowCursor);
        _drawn = [];
    }

    private void Write(string? above, IReadOnlyList<LiveLine> lines, int width)
    {
        // In one piece, so that nobody sees half of it.
        var text = new StringBuilder(_drawn.Count == 0 && lines.Count > 0 ? HideCursor : "").Append(Erased(width));
        if (above is not null)
            text.Append(above).Append(terminal.NewLine);
        terminal.Write(text.AppendJoin(terminal.NewLine, lines.Select(static line => line.Coloured)).ToString());
        _drawn = lines;
    }

    /// <summary>Goes to where the first line begins and erases all from there on.</summary>
    private string Erased(int width)
    {
        var rows = _drawn.Sum(line => Math.Max((line.Text.Length + width - 1) / width, 1));
        return rows switch
        {
            0 => "",
            1 => "\r" + EraseBelow,
            _ => $"\r\u001b[{rows - 1}A{EraseBelow}",
        };
    }
}

/// <summary>A line that is drawn: as it is seen, and as it is written.</summary>
internal sealed record LiveLine(string Text, string Coloured)
{
    public LiveLine(string text)
        : this(text, text)
    {
    }
}
