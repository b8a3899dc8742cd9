using System.Text.Json;

namespace Pyremto;

/// <summary>Reads the value of a field that was named, or says in words what is wrong with it.</summary>
internal static class JsonFields
{
    /// <summary>Reads one element of a list.</summary>
    public delegate T ReadItem<out T>(ref Utf8JsonReader json, ReadOnlySpan<byte> body);

    /// <summary>Moves from the start of an object, or behind a value, to the next field's name; false at the object's end.</summary>
    public static bool Next(ref Utf8JsonReader json) => json.Read() && json.TokenType == JsonTokenType.PropertyName;

    /// <summary>Moves to the start of the object that the body, or an element, is.</summary>
    public static void Object(in Utf8JsonReader json, string what)
    {
        if (json.TokenType != JsonTokenType.StartObject)
            throw new InvalidRequestException($"{what} has to be a JSON object.");
    }

    public static string? Text(ref Utf8JsonReader json, string name)
    {
        json.Read();
        return json.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.String => json.GetString(),
            _ => throw Wrong(name, "text"),
        };
    }

    public static int Int32(ref Utf8JsonReader json, string name)
    {
        json.Read();
        return json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var number) ? number : throw Wrong(name, "a whole number");
    }

    public static int? OptionalInt32(ref Utf8JsonReader json, string name)
    {
        var ahead = json;
        if (!ahead.Read() || ahead.TokenType != JsonTokenType.Null)
            return Int32(ref json, name);
        json = ahead;
        return null;
    }

    public static Guid? OptionalGuid(ref Utf8JsonReader json, string name)
    {
        json.Read();
        return json.TokenType == JsonTokenType.Null ? null
            : json.TokenType == JsonTokenType.String && json.TryGetGuid(out var id) ? id
            : throw Wrong(name, "an instance id as a hand-out names it");
    }

    public static TimeSpan Seconds(ref Utf8JsonReader json, string name)
    {
        json.Read();
        return json.TokenType == JsonTokenType.Number && json.TryGetDouble(out var seconds)
            && Math.Abs(seconds) <= TimeSpan.MaxValue.TotalSeconds / 2
                ? TimeSpan.FromSeconds(seconds)
                : throw Wrong(name, "a number of seconds");
    }

    /// <summary>A value as it stands in the body (S13).</summary>
    /// <exception cref="InvalidJobException">It is nested too deep, or holds bytes that are no UTF-8.</exception>
    public static JsonText Value(ref Utf8JsonReader json, ReadOnlySpan<byte> body)
    {
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return JsonText.Parse(body[start..(int)json.BytesConsumed]);
    }

    public static IReadOnlyList<T> List<T>(ref Utf8JsonReader json, ReadOnlySpan<byte> body, string name, ReadItem<T> read)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray)
            throw Wrong(name, "a list");
        List<T>? list = null;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType == JsonTokenType.Null)
                throw new InvalidRequestException($"{name}[{list?.Count ?? 0}] is null.");
            (list ??= []).Add(read(ref json, body));
        }
        return list ?? (IReadOnlyList<T>)[];
    }

    public static InvalidRequestException Wrong(string name, string expected) => new($"'{name}' has to be {expected}.");

    public static InvalidRequestException Missing(string what, string name) => new($"{what} lacks '{name}'.");
}
