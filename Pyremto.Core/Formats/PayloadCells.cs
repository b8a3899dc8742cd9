using System.Text;
using System.Text.Json;

namespace Pyremto;

/// <summary>
/// A payload as cells of a table: nested objects dotted, arrays as JSON text, numbers as they were written (S13), half of a surrogate
/// pair as its escape.
/// </summary>
internal static class PayloadCells
{
    private static readonly JsonReaderOptions Depth = new() { MaxDepth = JsonText.MaxDepth };

    /// <summary>Tells <paramref name="cell"/> the name and text of every cell of a payload.</summary>
    public static void Read(string prefix, JsonText payload, Action<string, string> cell)
    {
        if (payload.IsEmpty)
            return;
        var text = payload.Readable.Span;
        var reader = new Utf8JsonReader(text, Depth);
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
            ReadObject(ref reader, prefix, text, cell);
        else
            cell(prefix, ReadValue(ref reader, text));
    }

    private static void ReadObject(ref Utf8JsonReader reader, string prefix, ReadOnlySpan<byte> text, Action<string, string> cell)
    {
        var any = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            any = true;
            var name = $"{prefix}.{reader.GetString()}";
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
                ReadObject(ref reader, name, text, cell);
            else
                cell(name, ReadValue(ref reader, text));
        }
        // So that an empty object differs from an absent one.
        if (!any && prefix.Contains('.', StringComparison.Ordinal))
            cell(prefix, "{}");
    }

    private static string ReadValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return "";
            case JsonTokenType.String:
                return SpreadsheetCell.Defuse(reader.GetString()!);
            case JsonTokenType.StartArray:
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                return SpreadsheetCell.Printable(Encoding.UTF8.GetString(text[start..(int)reader.BytesConsumed]));
            default:
                return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }
}
