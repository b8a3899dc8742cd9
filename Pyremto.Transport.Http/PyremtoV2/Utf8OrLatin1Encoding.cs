using System.Text;
using System.Text.Unicode;

namespace Pyremto;

/// <summary>
/// Reads header values that come in either of two charsets: UTF-8 where the bytes are valid UTF-8, else Latin-1, in which Python's HTTP
/// clients write them and which no text with a lone letter beyond ASCII can be taken for the other. Kestrel alone would refuse
/// these as malformed.
/// </summary>
internal sealed class Utf8OrLatin1Encoding : Encoding
{
    public static readonly Utf8OrLatin1Encoding Instance = new();

    public override int GetByteCount(char[] chars, int index, int count) => UTF8.GetByteCount(chars, index, count);

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        UTF8.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    public override int GetCharCount(byte[] bytes, int index, int count) => Of(bytes.AsSpan(index, count)).GetCharCount(bytes, index, count);

    public override int GetCharCount(ReadOnlySpan<byte> bytes) => Of(bytes).GetCharCount(bytes);

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        Of(bytes.AsSpan(byteIndex, byteCount)).GetChars(bytes, byteIndex, byteCount, chars, charIndex);

    public override int GetChars(ReadOnlySpan<byte> bytes, Span<char> chars) => Of(bytes).GetChars(bytes, chars);

    public override int GetMaxByteCount(int charCount) => UTF8.GetMaxByteCount(charCount);

    public override int GetMaxCharCount(int byteCount) => UTF8.GetMaxCharCount(byteCount);

    private static Encoding Of(ReadOnlySpan<byte> bytes) => Utf8.IsValid(bytes) ? UTF8 : Latin1;
}
