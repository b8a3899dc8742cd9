using System.Runtime.CompilerServices;

namespace Pyremto.Cli.Inputs;

/// <summary>Reads one JSON object a line. Blank lines are skipped, whatever ends them.</summary>
internal static class JsonLinesReader
{
    public static async IAsyncEnumerable<JsonText> ReadAsync(
        InputWindow input, string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var line = 1; ; line++)
        {
            var (length, isLast) = await FindLineAsync(input, cancellationToken);
            if (Read(input.Bytes.Span[..length], new TextPosition(line, 1), name) is { IsEmpty: false } description)
                yield return description;
            if (isLast)
                yield break;
            input.Consume(length + 1);
        }
    }

    private static async ValueTask<(int Length, bool IsLast)> FindLineAsync(InputWindow input, CancellationToken cancellationToken)
    {
        var looked = 0;
        while (true)
        {
            var at = input.Bytes.Span[looked..].IndexOf((byte)'\n');
            if (at >= 0)
                return (looked + at, false);
            looked = input.Bytes.Length;
            if (!await input.GrowAsync(cancellationToken))
                return (looked, true);
        }
    }

    private static JsonText Read(ReadOnlySpan<byte> line, TextPosition position, string name)
    {
        var blank = line.IndexOfAnyExcept(" \t\r"u8);
        return blank < 0 ? default : JobDescription.Read(line[blank..].TrimEnd((byte)'\r'), position.After(line[..blank]), name);
    }
}
