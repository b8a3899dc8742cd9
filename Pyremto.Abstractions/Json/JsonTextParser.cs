using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace Pyremto;

/// <summary>Checks JSON and takes the white space out of it, without changing anything else.</summary>
internal static class JsonTextParser
{
    private static readonly SearchValues<byte> WhiteSpace = SearchValues.Create(" \t\r\n"u8);

    /// <summary>A copy without insignificant white space, or null with the <paramref name="problem"/>.</summary>
    public static byte[]? Parse(ReadOnlySpan<byte> json, out string? problem)
    {
        problem = Check(json);
        return problem is null ? Minify(json) : null;
    }

    /// <summary>Takes out the white space between tokens of valid JSON.</summary>
    public static byte[] Minify(ReadOnlySpan<byte> json)
    {
        if (!json.ContainsAny(WhiteSpace))
            return json.ToArray();
        var buffer = ArrayPool<byte>.Shared.Rent(json.Length);
        var length = 0;
        for (var i = 0; i < json.Length;)
        {
            var end = json[i] == (byte)'"' ? i + StringLength(json[i..]) : i + 1;
            if (!WhiteSpace.Contains(json[i]))
            {
                json[i..end].CopyTo(buffer.AsSpan(length));
                length += end - i;
            }
            i = end;
        }
        var minified = buffer.AsSpan(0, length).ToArray();
        ArrayPool<byte>.Shared.Return(buffer);
        return minified;
    }

    /// <summary>Puts <c>null</c> for every bare NaN, Infinity and -Infinity; false if there is none.</summary>
    public static bool ReplaceNonFinite(ReadOnlySpan<byte> json, out byte[] replaced)
    {
        replaced = [];
        if (json.IndexOf("NaN"u8) < 0 && json.IndexOf("Infinity"u8) < 0)
            return false;
        var writer = new ArrayBufferWriter<byte>(json.Length);
        var found = false;
        for (var i = 0; i < json.Length;)
        {
            var rest = json[i..];
            var nonFinite = rest[0] == (byte)'"' ? 0 : NonFiniteLength(rest);
            var length = nonFinite > 0 ? nonFinite : rest[0] == (byte)'"' ? StringLength(rest) : 1;
            writer.Write(nonFinite > 0 ? "null"u8 : rest[..length]);
            found |= nonFinite > 0;
            i += length;
        }
        replaced = writer.WrittenSpan.ToArray();
        return found;
    }

    /// <summary>What a reader of JSON that was read well does not find: bytes that are no UTF-8, and values that are nested too deep.</summary>
    public static string? Problem(ReadOnlySpan<byte> json) =>
        !Utf8.IsValid(json) || json.Count((byte)'{') + json.Count((byte)'[') > JsonText.MaxDepth ? Check(json) : null;

    private static string? Check(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            return "The JSON text is not valid UTF-8.";
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JsonText.MaxDepth });
        try
        {
            var any = false;
            while (reader.Read())
                any = true;
            return any ? null : "The JSON text is empty.";
        }
        catch (JsonException) when (reader.CurrentDepth >= JsonText.MaxDepth)
        {
            return $"Objects and lists are nested deeper than {JsonText.MaxDepth}, the most that is allowed.";
        }
        catch (JsonException error)
        {
            return $"The text is not valid JSON: {error.Message}";
        }
    }

    private static int NonFiniteLength(ReadOnlySpan<byte> text) =>
        text.StartsWith("NaN"u8) ? 3 : text.StartsWith("Infinity"u8) ? 8 : text.StartsWith("-Infinity"u8) ? 9 : 0;

    /// <summary>The length of the string literal that starts here, quotes and all.</summary>
    private static int StringLength(ReadOnlySpan<byte> text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            var step = text[i..].IndexOfAny((byte)'"', (byte)'\\');
            if (step < 0)
                break;
            i += step;
            if (text[i] == (byte)'"')
                return i + 1;
            i++; // the escaped character
        }
        return text.Length;
    }
}
