using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pyremto.Cli.Inputs;

/// <summary>
/// A bare text, as it stands in a table or on the command line, as a JSON value: what JSON takes for a number is that number with its
/// digits as they are (<c>1e-3</c> stays so), as are <c>true</c>, <c>false</c>, and Python's <c>NaN</c> and <c>Infinity</c> (S13); nothing
/// at all is <c>null</c>; all else is text: <c>007</c> keeps its zeros.
/// </summary>
internal static partial class CellValue
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The value as JSON, perhaps with a bare NaN or Infinity.</summary>
    public static byte[] ToJson(string cell) => cell switch
    {
        "" => "null"u8.ToArray(),
        "true" or "false" or "NaN" or "Infinity" or "-Infinity" => Encoding.UTF8.GetBytes(cell),
        _ when IsNumber(cell) => Encoding.UTF8.GetBytes(cell),
        _ => Text(cell),
    };

    /// <summary>Whether it is a number as JSON has it.</summary>
    public static bool IsNumber(string cell) => Number().IsMatch(cell);

    /// <summary>A text in quotes, with letters of all scripts as they are.</summary>
    public static byte[] Text(string text)
    {
        var buffer = new ArrayBufferWriter<byte>(text.Length + 2);
        using (var json = new Utf8JsonWriter(buffer, Readable))
            json.WriteStringValue(text);
        return buffer.WrittenSpan.ToArray();
    }

    [GeneratedRegex(@"^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.ECMAScript, 1000)]
    private static partial Regex Number();
}
