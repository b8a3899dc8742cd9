using System.Globalization;
using System.Text;

namespace Pyremto;

/// <summary>What a name may be made of, so that no two look the same.</summary>
internal static class NameText
{
    /// <summary>
    /// Where a host has invariant globalization, .NET takes every text for normal. There a text is believed to be normal only if it holds
    /// none of these, nor a mark without width: characters that are never in normal form C, or not behind every other (Unicode's
    /// NFC_Quick_Check and Canonical_Combining_Class), each pair from first to last. The last three are scripts of Unicode 16.
    /// </summary>
    private static ReadOnlySpan<int> Doubtful =>
    [
        0x374, 0x374, 0x37e, 0x37e, 0x387, 0x387, 0x958, 0x95f, 0x9be, 0x9be, 0x9d7, 0x9df, 0xa33, 0xa33, 0xa36, 0xa36, 0xa59, 0xa5b,
        0xa5e, 0xa5e, 0xb3e, 0xb3e, 0xb57, 0xb5d, 0xbbe, 0xbbe, 0xbd7, 0xbd7, 0xcc2, 0xcc2, 0xcd5, 0xcd6, 0xd3e, 0xd3e, 0xd57, 0xd57,
        0xdcf, 0xdcf, 0xddf, 0xddf, 0xf43, 0xf43, 0xf4d, 0xf4d, 0xf52, 0xf52, 0xf57, 0xf57, 0xf5c, 0xf5c, 0xf69, 0xf69, 0x1161, 0x1175,
        0x11a8, 0x11c2, 0x1715, 0x1715, 0x1734, 0x1734, 0x1b35, 0x1b35, 0x1b44, 0x1b44, 0x1baa, 0x1baa, 0x1bf2, 0x1bf3, 0x1f71, 0x1f71,
        0x1f73, 0x1f73, 0x1f75, 0x1f75, 0x1f77, 0x1f77, 0x1f79, 0x1f79, 0x1f7b, 0x1f7b, 0x1f7d, 0x1f7d, 0x1fbb, 0x1fbb, 0x1fbe, 0x1fbe,
        0x1fc9, 0x1fc9, 0x1fcb, 0x1fcb, 0x1fd3, 0x1fd3, 0x1fdb, 0x1fdb, 0x1fe3, 0x1fe3, 0x1feb, 0x1feb, 0x1fee, 0x1fef, 0x1ff9, 0x1ff9,
        0x1ffb, 0x1ffb, 0x1ffd, 0x1ffd, 0x2000, 0x2001, 0x2126, 0x2126, 0x212a, 0x212b, 0x2329, 0x232a, 0x2adc, 0x2adc, 0x302e, 0x302f,
        0xa953, 0xa953, 0xa9c0, 0xa9c0, 0xf900, 0xfa0d, 0xfa10, 0xfa10, 0xfa12, 0xfa12, 0xfa15, 0xfa1e, 0xfa20, 0xfa20, 0xfa22, 0xfa22,
        0xfa25, 0xfa26, 0xfa2a, 0xfad9, 0xfb1d, 0xfb1f, 0xfb2a, 0xfb4e, 0x111c0, 0x111c0, 0x11235, 0x11235, 0x1133e, 0x1133e,
        0x1134d, 0x1134d, 0x11357, 0x11357, 0x114b0, 0x114b0, 0x114bd, 0x114bd, 0x115af, 0x115af, 0x116b6, 0x116b6, 0x11930, 0x11930,
        0x1193d, 0x1193d, 0x11f41, 0x11f41, 0x16ff0, 0x16ff1, 0x1d15e, 0x1d166, 0x1d16d, 0x1d172, 0x1d1bb, 0x1d1c0, 0x2f800, 0x2fa1d,
        0x11380, 0x113ff, 0x16100, 0x1613f, 0x16d40, 0x16d7f,
    ];

    /// <summary>What leaves no mark though its category does not say so: fillers, variation selectors, the empty Braille cell, each pair
    /// from first to last.</summary>
    private static ReadOnlySpan<int> Invisible =>
    [
        0x034f, 0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180f, 0x2065, 0x2065, 0x2800, 0x2800, 0x3164, 0x3164, 0xfe00, 0xfe0f,
        0xffa0, 0xffa0, 0xfff0, 0xfff8, 0xe0000, 0xe0fff,
    ];

    /// <summary>What is to be said beside a refusal: whether it may be one of a normal name.</summary>
    public static string Doubt =>
        CanTell ? "" : ", or holds marks of which this coordinator cannot tell (it runs with invariant globalization)";

    private static bool CanTell => !"e\u0301".IsNormalized(NormalizationForm.FormC);

    /// <summary>Whether a character is seen where it stands.</summary>
    public static bool IsVisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator)
        && (rune.IsAscii || !IsIn(Invisible, rune.Value));

    /// <summary>Whether a text without lone surrogates is in normal form C for certain.</summary>
    public static bool IsNormal(string text) =>
        Ascii.IsValid(text) || (CanTell ? text.IsNormalized(NormalizationForm.FormC) : !text.EnumerateRunes().Any(IsDoubtful));

    private static bool IsDoubtful(Rune rune) =>
        !rune.IsAscii && (Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark || IsIn(Doubtful, rune.Value));

    private static bool IsIn(ReadOnlySpan<int> ranges, int value)
    {
        for (var i = 0; i < ranges.Length; i += 2)
        {
            if (value >= ranges[i] && value <= ranges[i + 1])
                return true;
        }
        return false;
    }
}
