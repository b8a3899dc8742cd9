using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Pyremto;

/// <summary>
/// Reads bodies as far as they are allowed, and JSON from them. Where the route names the tag, its credential has to be right before a body
/// is waited for; what is gathered without one is bounded in all, and whatever comes too slowly ends (S16).
/// </summary>
internal sealed partial class RequestBody(PyremtoHttpOptions options, AddressBans bans, CredentialGate gate, TimeProvider time)
{
    /// <summary>Makes of a body what a route takes.</summary>
    public delegate T Parse<out T>(ReadOnlySpan<byte> body);

    /// <summary>Reads a body that has to be there.</summary>
    /// <inheritdoc cref="ReadOptionalAsync"/>
    public async ValueTask<T> ReadAsync<T>(HttpContext context, Parse<T> parse, bool holdsCredential = false)
        where T : class =>
        await ReadOptionalAsync(context, parse, holdsCredential).ConfigureAwait(false)
            ?? throw new InvalidRequestException("The request has no body: this route needs a JSON object.");

    /// <summary>Reads a body; null where there is none.</summary>
    /// <param name="context">The request.</param>
    /// <param name="parse">Makes of it what the route takes.</param>
    /// <param name="holdsCredential">Whether the credential stands in it, although the route names the tag.</param>
    /// <exception cref="InvalidRequestException">It is not JSON, or not what the route takes.</exception>
    /// <exception cref="TooLargeException">It is larger than allowed (S16).</exception>
    public async ValueTask<T?> ReadOptionalAsync<T>(HttpContext context, Parse<T> parse, bool holdsCredential = false)
        where T : class
    {
        var reader = context.Request.BodyReader;
        var body = await GatherAsync(context, reader, access: null, isRouted: !holdsCredential).ConfigureAwait(false);
        try
        {
            return body.IsEmpty ? null : Read(body, parse);
        }
        finally
        {
            reader.AdvanceTo(body.End);
        }
    }

    /// <summary>The parser of a contract whose absent fields are null.</summary>
    public static Parse<T> Contract<T>(JsonTypeInfo<T> type)
        where T : class =>
        body => JsonSerializer.Deserialize(body, type) ?? throw new InvalidRequestException("The body is null: this route needs a JSON object.");

    /// <summary>The same for a contract whose texts are kept and shown, and nothing else: half of a surrogate pair in them stands as the
    /// letters of its escape.</summary>
    public static Parse<T> ShownContract<T>(JsonTypeInfo<T> type)
        where T : class
    {
        var contract = Contract(type);
        return body =>
        {
            try
            {
                return contract(body);
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException)
            {
                if (!JsonText.TryParse(body, out var text, out _) || text.Readable.Equals(text.Utf8))
                    throw;
                return contract(text.Readable.Span);
            }
        };
    }

    /// <summary>Reads a body that is one JSON value; it is not looked into.</summary>
    /// <exception cref="InvalidJobException">It is not JSON, or nested too deep.</exception>
    public ValueTask<JsonText> ReadValueAsync(HttpContext context) => ReadValueAsync(context, access: null, static value => JsonText.Parse(value));

    /// <summary>Reads a body that <paramref name="parse"/> makes a JSON value of, for a tag that no route names.</summary>
    /// <inheritdoc cref="ReadValueAsync(HttpContext)"/>
    public async ValueTask<JsonText> ReadValueAsync(HttpContext context, TagAccess? access, Parse<JsonText> parse)
    {
        var reader = context.Request.BodyReader;
        var body = await GatherAsync(context, reader, access, isRouted: access is null).ConfigureAwait(false);
        try
        {
            return Read(body, parse);
        }
        finally
        {
            reader.AdvanceTo(body.End);
        }
    }

    private static T Read<T>(in ReadOnlySequence<byte> body, Parse<T> parse)
    {
        if (body.IsSingleSegment)
            return ReadWhole(body.FirstSpan, parse);
        var length = checked((int)body.Length);
        var whole = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            body.CopyTo(whole);
            return ReadWhole(whole.AsSpan(0, length), parse);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    private static T ReadWhole<T>(ReadOnlySpan<byte> body, Parse<T> parse)
    {
        try
        {
            return parse(body);
        }
        catch (JsonException error)
        {
            throw new InvalidRequestException(Explain(error));
        }
        catch (InvalidOperationException) // a text that is no UTF-8, or half a surrogate pair
        {
            throw new InvalidRequestException("The body holds text that is not valid Unicode.");
        }
    }

    /// <summary>Where the body is wrong; not what stands there, nor what we call it.</summary>
    private static string Explain(JsonException error)
    {
        var place = error is { LineNumber: { } line, BytePositionInLine: { } position }
            ? string.Create(CultureInfo.InvariantCulture, $" (line {line + 1}, byte {position + 1})")
            : "";
        var path = error.Path is { Length: > 1 } field ? $" at {field}" : "";
        return $"The body is not the JSON that this route takes{path}{place}.";
    }
}
