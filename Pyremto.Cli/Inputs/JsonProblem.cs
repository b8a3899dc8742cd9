using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Pyremto.Cli.Inputs;

/// <summary>What is wrong with a piece of JSON that could not be read, and at which byte.</summary>
internal static partial class JsonProblem
{
    /// <summary>Finds it. The piece may hold Python's NaN and Infinity, which are nothing wrong (S13).</summary>
    public static (int At, string Words) Find(ReadOnlySpan<byte> json)
    {
        if (FirstNonUtf8(json) is >= 0 and var broken)
            return (broken, "This is not UTF-8 text: save the file as UTF-8.");
        var reader = new Utf8JsonReader(WithNumbers(json), new JsonReaderOptions { MaxDepth = JsonText.MaxDepth });
        try
        {
            while (reader.Read())
            {
                // To the place where it breaks.
            }
        }
        catch (JsonException error)
        {
            return (Offset(json, error), $"This is not valid JSON: {Position().Replace(error.Message, "").Trim()}");
        }
        return (json.Length, "The JSON text ends here unfinished.");
    }

    private static int FirstNonUtf8(ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
            return -1;
        var at = 0;
        while (System.Text.Rune.DecodeFromUtf8(text[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
            at += length;
        return at;
    }

    private static int Offset(ReadOnlySpan<byte> json, JsonException error)
    {
        var lineStart = 0;
        for (var line = 0L; line < (error.LineNumber ?? 0); line++)
            lineStart += json[lineStart..].IndexOf((byte)'\n') + 1;
        return Math.Min(lineStart + (int)(error.BytePositionInLine ?? 0), json.Length);
    }

    /// <summary>Puts numbers of the same length for NaN and Infinity, so that every byte stays at its place.</summary>
    private static byte[] WithNumbers(ReadOnlySpan<byte> json)
    {
        var text = json.ToArray();
        var isInText = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == (byte)'"')
                isInText = !isInText;
            else if (isInText && text[i] == (byte)'\\')
                i++;
            else if (!isInText && NonFiniteLength(text.AsSpan(i)) is > 0 and var length)
                text.AsSpan(i, length).Fill((byte)'1');
        }
        return text;
    }

    private static int NonFiniteLength(ReadOnlySpan<byte> text) =>
        text.StartsWith("NaN"u8) ? 3 : text.StartsWith("Infinity"u8) ? 8 : 0;

    /// <summary>What the reader appends to its words: advice for programmers, and the position counted from 0.</summary>
    [GeneratedRegex(@"( Change the reader options\.)?\s*LineNumber: \d+ \| BytePositionInLine: \d+\.", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Position();
}
