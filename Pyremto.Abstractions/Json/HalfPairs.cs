using System.Globalization;

namespace Pyremto;

/// <summary>
/// Halves of surrogate pairs in JSON, such as <c>"\udcff"</c>: JSON allows them and Python writes them for bytes of a file name that are
/// no UTF-8, but no reader of .NET takes them for text. They stand as escapes always, since UTF-8 has no such bytes.
/// </summary>
internal static class HalfPairs
{
    private const int EscapeLength = 6; // \uXXXX

    /// <summary>The text with a second backslash before each half, so that it reads as the letters of its escape; null where there is
    /// none.</summary>
    public static byte[]? Escape(ReadOnlySpan<byte> json)
    {
        List<byte>? escaped = null;
        var copied = 0;
        for (var i = Next(json, 0); i < json.Length; i = Next(json, i))
        {
            var code = Surrogate(json[i..]);
            if (char.IsHighSurrogate(code) && char.IsLowSurrogate(Surrogate(json[(i + EscapeLength)..])))
            {
                i += 2 * EscapeLength;
            }
            else if (code != default)
            {
                escaped ??= new List<byte>(json.Length + 16);
                escaped.AddRange(json[copied..i]);
                escaped.Add((byte)'\\');
                copied = i;
                i += EscapeLength;
            }
            else
            {
                i += 2;
            }
        }
        escaped?.AddRange(json[copied..]);
        return escaped?.ToArray();
    }

    private static int Next(ReadOnlySpan<byte> json, int from)
    {
        if (from >= json.Length)
            return json.Length;
        var step = json[from..].IndexOf((byte)'\\');
        return step < 0 ? json.Length : from + step;
    }

    /// <summary>The half of a pair whose escape begins here; zero if none does.</summary>
    private static char Surrogate(ReadOnlySpan<byte> json) =>
        json is [(byte)'\\', (byte)'u', (byte)'d' or (byte)'D', _, _, _, ..]
        && ushort.TryParse(json[2..EscapeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
        && char.IsSurrogate((char)code)
            ? (char)code
            : default;
}
