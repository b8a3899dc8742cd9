using System.Buffers;
using System.Text;

namespace Pyremto;

/// <summary>
/// Writes JSON string literals in ASCII alone, as Python's <c>json</c> does: a client that guesses the charset of an answer cannot
/// guess wrong.
/// </summary>
internal static class AsciiJson
{
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x7F - 0x20).Where(c => c is not ('"' or '\\')).Select(c => (byte)c)]);

    /// <summary>The most bytes that <see cref="Write(ReadOnlySpan{byte}, Span{byte})"/> needs.</summary>
    /// <param name="length">How many bytes the text has.</param>
    public static int MostBytes(int length) => checked((length * 6) + 2);

    /// <summary>The most bytes that <see cref="WriteTwice"/> needs.</summary>
    /// <inheritdoc cref="MostBytes"/>
    public static int MostBytesTwice(int length) => checked((length * 7) + 6);

    /// <summary>Writes a text as a string literal.</summary>
    /// <param name="utf8">The text, valid UTF-8.</param>
    /// <param name="literal">Where to; at least <see cref="MostBytes"/> long.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Write(ReadOnlySpan<byte> utf8, Span<byte> literal) => Write(utf8, literal, Escapes.Once);

    /// <summary>Writes a text as a string literal whose content is the text's string literal, quotes and all.</summary>
    /// <param name="utf8">The text, valid UTF-8.</param>
    /// <param name="literal">Where to; at least <see cref="MostBytesTwice"/> long.</param>
    /// <returns>How many bytes were written.</returns>
    public static int WriteTwice(ReadOnlySpan<byte> utf8, Span<byte> literal) => Write(utf8, literal, Escapes.Twice);

    private static int Write(ReadOnlySpan<byte> utf8, Span<byte> literal, Escapes escapes)
    {
        var written = Append(literal, 0, escapes.Begin);
        while (!utf8.IsEmpty)
        {
            var plain = utf8.IndexOfAnyExcept(Plain);
            plain = plain < 0 ? utf8.Length : plain;
            written = Append(literal, written, utf8[..plain]);
            utf8 = utf8[plain..];
            if (utf8.IsEmpty)
                break;
            Rune.DecodeFromUtf8(utf8, out var rune, out var length);
            written = rune.Value switch
            {
                '"' => Append(literal, written, escapes.Quote),
                '\\' => Append(literal, written, escapes.Backslash),
                _ => AppendCodeUnits(literal, written, rune, escapes.Unicode),
            };
            utf8 = utf8[length..];
        }
        return Append(literal, written, escapes.End);
    }

    private static int AppendCodeUnits(Span<byte> literal, int written, Rune rune, byte[] prefix)
    {
        Span<char> units = stackalloc char[2];
        foreach (var unit in units[..rune.EncodeToUtf16(units)])
        {
            written = Append(literal, written, prefix);
            ((int)unit).TryFormat(literal[written..], out var digits, "x4");
            written += digits;
        }
        return written;
    }

    private static int Append(Span<byte> literal, int written, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(literal[written..]);
        return written + bytes.Length;
    }

    private sealed record Escapes(byte[] Begin, byte[] End, byte[] Quote, byte[] Backslash, byte[] Unicode)
    {
        public static readonly Escapes Once = new("\""u8.ToArray(), "\""u8.ToArray(), "\\\""u8.ToArray(), "\\\\"u8.ToArray(), "\\u"u8.ToArray());

        public static readonly Escapes Twice = new(
            "\"\\\""u8.ToArray(), "\\\"\""u8.ToArray(), "\\\\\\\""u8.ToArray(), "\\\\\\\\"u8.ToArray(), "\\\\u"u8.ToArray());
    }
}
