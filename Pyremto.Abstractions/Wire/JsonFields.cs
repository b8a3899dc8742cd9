using System.Text;
using System.Text.Json;

namespace Pyremto;

/// <summary>Reads the value of a field that was named, or says in words what is wrong with it.</summary>
internal static class JsonFields
{
    /// <summary>Reads one element of a list.</summary>
    public delegate T ReadItem<out T>(ref Utf8JsonReader json, in WireBody body);

    /// <summary>Moves from the start of an object, or behind a value, to the next field's name; false at the object's end.</summary>
    public static bool Next(ref Utf8JsonReader json) => json.Read() && json.TokenType == JsonTokenType.PropertyName;

    /// <summary>Insists on the object that the body, or an element, has to be.</summary>
    public static void Object(in Utf8JsonReader json, string what)
    {
        if (json.TokenType != JsonTokenType.StartObject)
            throw new InvalidRequestException($"{what} has to be a JSON object.");
    }

    public static string? Text(ref Utf8JsonReader json, string name)
    {
        json.Read();
        return TextHere(ref json, name);
    }

    private static string? TextHere(ref Utf8JsonReader json, string name) => json.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.String => Unescaped(ref json, name),
        _ => throw Wrong(name, "text"),
    };

    /// <summary>Text that is kept and shown, and nothing else: half of a surrogate pair in it stands as the letters of its
    /// escape.</summary>
    public static string? ShownText(ref Utf8JsonReader json, string name)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.String || !json.ValueIsEscaped || HalfPairs.Escape(json.ValueSpan) is not { } escaped)
            return TextHere(ref json, name);
        var readable = new Utf8JsonReader([(byte)'"', .. escaped, (byte)'"']);
        readable.Read();
        return Unescaped(ref readable, name);
    }

    private static string Unescaped(ref Utf8JsonReader json, string name)
    {
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException) // half of a surrogate pair, or bytes that are no UTF-8
        {
            throw Wrong(name, "text in Unicode");
        }
    }

    public static int Int32(ref Utf8JsonReader json, string name)
    {
        json.Read();
        return json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var number) ? number : throw Wrong(name, "a whole number");
    }

    public static int? OptionalInt32(ref Utf8JsonReader json, string name)
    {
        json.Read();
        return json.TokenType == JsonTokenType.Null ? null
            : json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var number) ? number
            : throw Wrong(name, "a whole number");
    }

    public static bool Boolean(ref Utf8JsonReader json, string name)
    {
        json.Read();
        return json.TokenType is JsonTokenType.True or JsonTokenType.False ? json.GetBoolean() : throw Wrong(name, "true or false");
    }

    public static Guid? OptionalGuid(ref Utf8JsonReader json, string name)
    {
        json.Read();
        return json.TokenType == JsonTokenType.Null ? null
            : json.TokenType == JsonTokenType.String && json.TryGetGuid(out var id) ? id
            : throw Wrong(name, "an instance id as a hand-out names it");
    }

    public static TimeSpan Seconds(ref Utf8JsonReader json, string name) =>
        OptionalSeconds(ref json, name) ?? throw Wrong(name, "a number of seconds");

    public static TimeSpan? OptionalSeconds(ref Utf8JsonReader json, string name)
    {
        json.Read();
        return json.TokenType == JsonTokenType.Null ? null
            : json.TokenType == JsonTokenType.Number && json.TryGetDouble(out var seconds)
            && Math.Abs(seconds) <= TimeSpan.MaxValue.TotalSeconds / 2
            ? TimeSpan.FromSeconds(seconds)
            : throw Wrong(name, "a number of seconds");
    }

    /// <summary>The value under the reader as it stands in the body.</summary>
    /// <exception cref="InvalidJobException">It is nested too deep, or holds bytes that are no UTF-8.</exception>
    public static JsonText Value(ref Utf8JsonReader json, in WireBody body)
    {
        if (json.TokenType == JsonTokenType.String && body.Form == PayloadForm.Lossless)
        {
            return JsonText.TryParsePython(Encoding.UTF8.GetBytes(Unescaped(ref json, "a payload")), out var text, out var problem)
                ? text
                : throw new InvalidJobException(problem);
        }
        var start = (int)json.TokenStartIndex;
        json.Skip();
        var value = body.Json[start..(int)json.BytesConsumed];
        return JsonTextParser.Problem(value) is { } wrong ? throw new InvalidJobException(wrong) : JsonText.FromTrusted(JsonTextParser.Minify(value));
    }

    public static IReadOnlyList<T> List<T>(ref Utf8JsonReader json, in WireBody body, string name, ReadItem<T> read)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray)
            throw Wrong(name, "a list");
        if (!NextItem<T>(ref json, name, 0))
            return [];
        var first = read(ref json, body);
        if (!NextItem<T>(ref json, name, 1))
            return [first]; // most lists of the hot path, which then cost little
        var list = new List<T> { first };
        do
            list.Add(read(ref json, body));
        while (NextItem<T>(ref json, name, list.Count));
        return list;
    }

    private static bool NextItem<T>(ref Utf8JsonReader json, string name, int index)
    {
        if (!json.Read() || json.TokenType == JsonTokenType.EndArray)
            return false;
        return json.TokenType != JsonTokenType.Null || typeof(T) == typeof(JsonText) // a value that is null is judged as a value
            ? true
            : throw new InvalidRequestException($"{name}[{index}] is null.");
    }

    public static InvalidRequestException Wrong(string name, string expected) => new($"'{name}' has to be {expected}.");

    public static InvalidRequestException Missing(string what, string name) => new($"{what} lacks '{name}'.");
}

/// <summary>A message as it came, which payloads are cut out of.</summary>
internal readonly ref struct WireBody(ReadOnlySpan<byte> json, PayloadForm form)
{
    public ReadOnlySpan<byte> Json { get; } = json;

    public PayloadForm Form { get; } = form;
}
