using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Pyremto.Tests.Cli;

/// <summary>
/// A terminal that breaks lines which are too long for it, also those that were there before it became narrower. It knows what the live
/// display sends.
/// </summary>
internal sealed partial class ReflowingTerminal(int width)
{
    private readonly List<StringBuilder> _lines = [new()];
    private int _width = width;
    private int _line;
    private int _column;

    /// <summary>Makes it narrower or wider.</summary>
    public void Resize(int columns) => _width = columns;

    public void Write(string text)
    {
        foreach (Match part in Parts().Matches(text))
        {
            var word = part.Value;
            if (word == "\r")
                _column = Math.Max(_column - 1, 0) / _width * _width;
            else if (word == "\n")
                LineFeed();
            else if (word == "\u001b[J")
                EraseBelow();
            else if (word[0] == '\u001b' && word[^1] == 'A')
                Up(int.Parse(word.AsSpan(2, word.Length - 3), CultureInfo.InvariantCulture));
            else if (word[0] != '\u001b')
                Put(word);
        }
    }

    public override string ToString() => string.Join('\n', _lines).TrimEnd('\n');

    private void LineFeed()
    {
        if (++_line == _lines.Count)
            _lines.Add(new());
        _column = 0; // terminals are told \r\n or turn \n into it
    }

    private void EraseBelow()
    {
        _lines[_line].Length = Math.Min(_lines[_line].Length, _column);
        _lines.RemoveRange(_line + 1, _lines.Count - _line - 1);
    }

    /// <summary>Row by row, as a long line has several.</summary>
    private void Up(int rows)
    {
        for (; rows > 0; rows--)
        {
            if (_column >= _width)
            {
                _column -= _width;
            }
            else if (_line > 0)
            {
                _line--;
                _column += Math.Max(_lines[_line].Length - 1, 0) / _width * _width;
            }
        }
    }

    private void Put(string text)
    {
        var line = _lines[_line];
        line.Append(' ', Math.Max(_column - line.Length, 0));
        line.Remove(_column, Math.Min(text.Length, line.Length - _column)).Insert(_column, text);
        _column += text.Length;
    }

    [GeneratedRegex("\\r|\\n|\u001b\\[[0-9;?]*[A-Za-z]|[^\\r\\n\u001b]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Parts();
}
