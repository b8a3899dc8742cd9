namespace Pyremto.Cli.Inputs;

/// <summary>A place in a text as editors count it: lines and characters, both from 1.</summary>
internal readonly record struct TextPosition(int Line, int Column)
{
    private const byte ContinuationMask = 0b1100_0000;
    private const byte Continuation = 0b1000_0000;

    /// <summary>Where a text begins.</summary>
    public static TextPosition Start { get; } = new(1, 1);

    /// <summary>The place behind some more text.</summary>
    public TextPosition After(ReadOnlySpan<byte> utf8)
    {
        var line = Line + utf8.Count((byte)'\n');
        var lastBreak = utf8.LastIndexOf((byte)'\n');
        return new TextPosition(line, (lastBreak < 0 ? Column : 1) + Characters(utf8[(lastBreak + 1)..]));
    }

    /// <inheritdoc cref="After(ReadOnlySpan{byte})"/>
    public TextPosition After(ReadOnlySpan<char> text)
    {
        var lastBreak = text.LastIndexOf('\n');
        var column = lastBreak < 0 ? Column : 1;
        foreach (var _ in text[(lastBreak + 1)..].EnumerateRunes())
            column++;
        return new TextPosition(Line + text.Count('\n'), column);
    }

    public override string ToString() => $"{Line}:{Column}";

    private static int Characters(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var next in utf8)
            count += (next & ContinuationMask) == Continuation ? 0 : 1;
        return count;
    }
}
