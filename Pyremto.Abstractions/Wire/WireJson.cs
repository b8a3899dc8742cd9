using System.Text.Json;

namespace Pyremto;

/// <summary>
/// The contracts of the hot path, and those whose absent fields have values of their own, read and written by hand: field by field as
/// <see cref="PyremtoJson"/> has them, several times as fast, and with words that say which field is wrong. Unknown fields are skipped. For
/// transports; thread-safe.
/// </summary>
public static partial class WireJson
{
    /// <summary>How deep a payload may stand inside a message: an object, a list, a report.</summary>
    private const int Envelope = 16;

    private static readonly JsonReaderOptions Depth = new() { MaxDepth = JsonText.MaxDepth + Envelope };

    private static Utf8JsonReader Start(ReadOnlySpan<byte> message)
    {
        var json = new Utf8JsonReader(message, Depth);
        json.Read();
        JsonFields.Object(json, "The body");
        return json;
    }

    /// <summary>Reports what stands behind the body.</summary>
    private static void End(ref Utf8JsonReader json)
    {
        while (json.Read())
        {
            // It throws on anything but white space.
        }
    }
}
