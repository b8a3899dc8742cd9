using System.Text;
using QRCoder;

namespace Pyremto;

/// <summary>Draws QR codes with QRCoder: the one place that knows the library. Thread-safe.</summary>
internal sealed class QrCodeWriter : IQrCodeWriter
{
    private const int PixelsPerModule = 8;

    // Colours 16 and 231 of the 256 are black and white in every theme; 30 and 107 are not.
    private const string BlackOnWhite = "\e[38;5;16;48;5;231m";
    private const string Reset = "\e[0m";

    public string WriteSvg(string content)
    {
        using var data = Encode(content, QRCodeGenerator.ECCLevel.M);
        using var svg = new SvgQRCode(data);
        return svg.GetGraphic(PixelsPerModule, "#000000", "#ffffff", drawQuietZones: true, SvgQRCode.SizingMode.ViewBoxAttribute);
    }

    public byte[] WritePng(string content)
    {
        using var data = Encode(content, QRCodeGenerator.ECCLevel.M);
        using var png = new PngByteQRCode(data);
        return png.GetGraphic(PixelsPerModule);
    }

    /// <inheritdoc/>
    /// <remarks>A terminal shows every module as it is, so the code has the least correction and as few lines as can be.</remarks>
    public string WriteText(string content, QrTextStyle style)
    {
        using var data = Encode(content, QRCodeGenerator.ECCLevel.L);
        var rows = data.ModuleMatrix;
        var (drawsLight, isColoured) = (style == QrTextStyle.DarkBackground, style == QrTextStyle.Colours);
        var text = new StringBuilder();
        for (var row = 0; row < rows.Count; row += 2)
        {
            if (isColoured)
                text.Append(BlackOnWhite);
            for (var column = 0; column < rows.Count; column++)
            {
                var upper = rows[row][column];
                var lower = row + 1 < rows.Count && rows[row + 1][column]; // what is below the last row is as light as the zone
                text.Append(Half(upper != drawsLight, lower != drawsLight));
            }
            if (isColoured)
                text.Append(Reset);
            text.Append('\n');
        }
        return text.ToString();
    }

    private static QRCodeData Encode(string content, QRCodeGenerator.ECCLevel level)
    {
        ArgumentNullException.ThrowIfNull(content);
        var encoding = Ascii.IsValid(content) ? QRCodeGenerator.EciMode.Default : QRCodeGenerator.EciMode.Utf8;
        return QRCodeGenerator.GenerateQrCode(content, level, eciMode: encoding);
    }

    private static char Half(bool upper, bool lower) => (upper, lower) switch
    {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        _ => ' ',
    };
}
