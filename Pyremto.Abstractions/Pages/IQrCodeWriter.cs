namespace Pyremto;

/// <summary>
/// Draws QR codes, with the quiet zone around them that readers need. <c>AddPyremto()</c> registers one; register another before it to draw them
/// otherwise. Implementations are thread-safe.
/// </summary>
public interface IQrCodeWriter
{
    /// <summary>The code as an SVG image, which scales.</summary>
    /// <param name="content">What it holds: up to about two thousand bytes.</param>
    string WriteSvg(string content);

    /// <summary>The code as a PNG image.</summary>
    /// <param name="content">What it holds: up to about two thousand bytes.</param>
    byte[] WritePng(string content);

    /// <summary>The code for a terminal: two rows of modules a line, each line ended by a line feed.</summary>
    /// <param name="content">What it holds: up to about two thousand bytes.</param>
    /// <param name="style">What the terminal looks like.</param>
    string WriteText(string content, QrTextStyle style);
}

/// <summary>How a QR code is drawn as text.</summary>
public enum QrTextStyle
{
    /// <summary>With colours, black on white: right on every background.</summary>
    Colours,

    /// <summary>Without colours, for light text on a dark background.</summary>
    DarkBackground,

    /// <summary>Without colours, for dark text on a light background.</summary>
    LightBackground,
}
