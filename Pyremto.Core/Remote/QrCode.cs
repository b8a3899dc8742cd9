using System.Text;
using QRCoder;

namespace Pyremto;

/// <summary>A QR code, four light modules of quiet zone around it included. The one place that knows the library.</summary>
internal sealed class QrCode
{
    private const int PixelsPerModule = 8;

    // Colours 16 and 231 of the 256 are black and white in every theme; 30 and 107 are not.
    private const string BlackOnWhite = "\e[38;5;16;48;5;231m";
    private const string Reset = "\e[0m";

    private readonly QRCodeData _data;

    private QrCode(QRCodeData data) => _data = data;

    /// <summary>The code of a text of up to about two thousand bytes.</summary>
    public static QrCode Of(string content)
    {
        var encoding = Ascii.IsValid(content) ? QRCodeGenerator.EciMode.Default : QRCodeGenerator.EciMode.Utf8;
        return new QrCode(QRCodeGenerator.GenerateQrCode(content, QRCodeGenerator.ECCLevel.M, eciMode: encoding));
    }

    public byte[] ToPng()
    {
        using var png = new PngByteQRCode(_data);
        return png.GetGraphic(PixelsPerModule);
    }

    /// <summary>
    /// Two rows of modules a line, in half-block characters. With <paramref name="colours"/> it sets black on white itself and so looks
    /// the same on every background; without, light modules are drawn, as a terminal with a dark background needs it.
    /// </summary>
    public string ToText(bool colours)
    {
        var rows = _data.ModuleMatrix;
        var text = new StringBuilder();
        for (var row = 0; row < rows.Count; row += 2)
        {
            if (colours)
                text.Append(BlackOnWhite);
            for (var column = 0; column < rows.Count; column++)
            {
                var upper = rows[row][column];
                var lower = row + 1 < rows.Count && rows[row + 1][column];
                text.Append(colours ? Half(upper, lower) : Half(!upper, !lower));
            }
            if (colours)
                text.Append(Reset);
            text.Append('\n');
        }
        return text.ToString();
    }

    private static char Half(bool upper, bool lower) => (upper, lower) switch
    {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        _ => ' ',
    };
}
