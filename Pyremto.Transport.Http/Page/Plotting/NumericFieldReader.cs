using System.Text.Json;

namespace Pyremto;

/// <summary>
/// Finds the numbers of descriptions and results: nested objects dotted, as in CSV files; arrays, texts and numbers beyond a double are
/// left out. Not thread-safe.
/// </summary>
internal sealed class NumericFieldReader
{
    /// <summary>Fields with longer names are left out: nobody picks them from a list.</summary>
    public const int LongestName = 200;

    private static readonly JsonReaderOptions Depth = new() { MaxDepth = JsonText.MaxDepth };

    private readonly char[] _path = new char[LongestName];

    /// <summary>Takes a number of the payload; the name is only there during the call.</summary>
    public delegate void Take(ReadOnlySpan<char> name, double value);

    /// <summary>Tells <paramref name="take"/> every number of a payload, as <c>prefix.name</c>, or as the prefix alone where the payload
    /// is a number.</summary>
    public void Read(string prefix, JsonText payload, Take take)
    {
        if (payload.IsEmpty)
            return;
        prefix.CopyTo(_path);
        var reader = new Utf8JsonReader(payload.Readable.Span, Depth);
        reader.Read();
        ReadValue(ref reader, prefix.Length, take);
    }

    private void ReadValue(ref Utf8JsonReader reader, int length, Take take)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
            ReadObject(ref reader, length, take);
        else if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var value) && double.IsFinite(value))
            take(_path.AsSpan(0, length), value);
        else
            reader.Skip();
    }

    private void ReadObject(ref Utf8JsonReader reader, int length, Take take)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            // A name of n bytes has at most n characters, escaped or not.
            var fits = length + 1 + reader.ValueSpan.Length <= LongestName;
            var longer = length + 1;
            if (fits)
            {
                _path[length] = '.';
                longer += reader.CopyString(_path.AsSpan(longer));
            }
            reader.Read();
            if (fits)
                ReadValue(ref reader, longer, take);
            else
                reader.Skip();
        }
    }
}
