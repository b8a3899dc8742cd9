using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Serialization;

namespace Pyremto;

/// <summary>
/// A JSON value carried as the text that came: white space between tokens is gone, everything else is untouched, so that
/// 2^63, 1e400 and the order of keys survive. Immutable; the default value stands for "no text".
/// </summary>
[JsonConverter(typeof(JsonTextConverter))]
public readonly struct JsonText : IEquatable<JsonText>
{
    /// <summary>How deep objects and arrays may be nested.</summary>
    public const int MaxDepth = 64;

    private readonly byte[]? _original;

    private JsonText(ReadOnlyMemory<byte> utf8, byte[]? original)
    {
        Utf8 = utf8;
        _original = original;
    }

    /// <summary>The text as UTF-8, valid JSON for every reader: a <c>NaN</c> or <c>Infinity</c> that Python wrote is <c>null</c>
    /// here.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>The text as it was written: the same as <see cref="Utf8"/>, save that <c>NaN</c> and <c>Infinity</c> stand as they
    /// came.</summary>
    public ReadOnlyMemory<byte> Original => _original ?? Utf8;

    /// <summary>Whether <see cref="Original"/> holds a <c>NaN</c> or <c>Infinity</c> that <see cref="Utf8"/> gives as
    /// <c>null</c>.</summary>
    public bool HasNonFinite => _original is not null;

    /// <summary>
    /// The same value for readers that need Unicode text: half of a surrogate pair, which JSON allows and Python writes
    /// (<c>"\udcff"</c>), reads as the letters of its escape. <see cref="Utf8"/> itself where there is none.
    /// </summary>
    public ReadOnlyMemory<byte> Readable => HalfPairs.Escape(Utf8.Span) ?? Utf8;

    /// <summary>Whether there is no text at all.</summary>
    public bool IsEmpty => Utf8.IsEmpty;

    /// <summary>Whether the value is a JSON object.</summary>
    public bool IsObject => Utf8 is { IsEmpty: false, Span: [(byte)'{', ..] };

    /// <summary>Length in bytes of what is kept, which is what limits count.</summary>
    public int Length => Math.Max(Utf8.Length, _original?.Length ?? 0);

    /// <summary>Reads a JSON value strictly as RFC 8259 has it.</summary>
    /// <param name="json">The text; it is copied.</param>
    /// <exception cref="InvalidJobException">It is not valid JSON, not valid UTF-8, or nested deeper than
    /// <see cref="MaxDepth"/>.</exception>
    public static JsonText Parse(ReadOnlySpan<byte> json) =>
        TryParse(json, out var text, out var problem) ? text : throw new InvalidJobException(problem);

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte})"/>
    public static JsonText Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Parse(Encoding.UTF8.GetBytes(json));
    }

    /// <summary>Reads a JSON value strictly; on failure <paramref name="problem"/> says what is wrong with it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> json, out JsonText text, [NotNullWhen(false)] out string? problem)
    {
        var utf8 = JsonTextParser.Parse(json, out problem);
        text = utf8 is null ? default : new JsonText(utf8, original: null);
        return utf8 is not null;
    }

    /// <summary>
    /// Reads a JSON value as Python's <c>json</c> writes it, with bare <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>.
    /// </summary>
    public static bool TryParsePython(ReadOnlySpan<byte> json, out JsonText text, [NotNullWhen(false)] out string? problem)
    {
        if (!JsonTextParser.ReplaceNonFinite(json, out var replaced))
            return TryParse(json, out text, out problem);
        var utf8 = JsonTextParser.Parse(replaced, out problem);
        text = utf8 is null ? default : new JsonText(utf8, JsonTextParser.Minify(json));
        return utf8 is not null;
    }

    /// <summary>Takes text that a store kept, which was read by one of the parsers before; it is neither copied nor checked.</summary>
    /// <param name="utf8">What <see cref="Utf8"/> was.</param>
    /// <param name="original">What <see cref="Original"/> was where it differs, else <see langword="null"/>.</param>
    public static JsonText FromTrusted(ReadOnlyMemory<byte> utf8, byte[]? original = null) => new(utf8, original);

    /// <summary>The text as a string.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Utf8.Span);

    /// <summary>Whether both are the same text, byte for byte, as it was written.</summary>
    public bool Equals(JsonText other) => Original.Span.SequenceEqual(other.Original.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is JsonText other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Original.Span);
        return hash.ToHashCode();
    }

    /// <summary>Whether both are the same text.</summary>
    public static bool operator ==(JsonText left, JsonText right) => left.Equals(right);

    /// <summary>Whether the texts differ.</summary>
    public static bool operator !=(JsonText left, JsonText right) => !left.Equals(right);
}
