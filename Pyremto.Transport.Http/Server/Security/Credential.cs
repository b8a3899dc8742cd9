using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Pyremto;

/// <summary>
/// What the header Pyremto-Authorization holds, or Authorization where there is none and it is not the host's: a password by Basic
/// (any user name), or a token by Bearer.
/// </summary>
/// <param name="Password">The password of HTTP Basic; an empty one counts as none.</param>
/// <param name="Token">The token of Bearer: a view token, or the operator's key.</param>
internal readonly record struct Credential(string? Password, string? Token)
{
    private const string Basic = "Basic ";
    private const string Bearer = "Bearer ";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="InvalidRequestException">The header is there and makes no sense; what it holds is not repeated.</exception>
    public static Credential Of(HttpRequest request)
    {
        var (name, header) = HeaderOf(request);
        if (header.Count == 0)
            return default;
        if (header.Count > 1 || header[0] is not { } value)
            throw new InvalidRequestException($"The request has more than one header {name}.");
        if (value.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
            return new Credential(PasswordOf(name, value.AsSpan(Basic.Length).Trim()), Token: null);
        if (value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return new Credential(Password: null, value[Bearer.Length..].Trim());
        throw new InvalidRequestException(
            $"The header {name} has to be Basic (a tag's password) or Bearer (a view token or the operator's key).");
    }

    /// <summary>Whether a request comes with a token, in whatever form.</summary>
    public static bool IsToken(HttpRequest request) =>
        HeaderOf(request).Value is [{ } value, ..] && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a request has any credential, in whatever form.</summary>
    public static bool IsSent(HttpRequest request) => HeaderOf(request).Value.Count > 0;

    /// <summary>Whether the header Authorization is none of ours at the request's route.</summary>
    public static bool IsHosts(HttpRequest request) =>
        request.HttpContext.GetEndpoint()?.Metadata.GetMetadata<HostAuthorization>() is not null;

    /// <summary>The access that this credential gives to a tag.</summary>
    public TagAccess For(string tag) => new(tag, Password, Token);

    /// <summary>Nothing: secrets are not shown.</summary>
    public override string ToString() => Password is not null ? "Basic" : Token is not null ? "Bearer" : "none";

    private static (string Name, StringValues Value) HeaderOf(HttpRequest request)
    {
        if (request.Headers.TryGetValue(HttpNames.CredentialHeader, out var own))
            return (HttpNames.CredentialHeader, own);
        var shared = request.Headers.Authorization;
        return (HttpNames.Authorization, shared.Count > 0 && IsHosts(request) ? default : shared);
    }

    private static string? PasswordOf(string header, ReadOnlySpan<char> base64)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(base64.Length + 4);
        try
        {
            if (!Convert.TryFromBase64Chars(base64, bytes, out var length))
                throw new InvalidRequestException($"The header {header} is not Base64 behind Basic.");
            var pair = bytes.AsSpan(0, length);
            var colon = pair.IndexOf((byte)':');
            if (colon < 0)
                throw new InvalidRequestException($"The header {header} holds no user:password behind Basic.");
            return colon + 1 == length ? null : Text(pair[(colon + 1)..]);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        }
    }

    /// <summary>UTF-8 as RFC 7617 wishes; Latin-1 where it is not, as older clients send it.</summary>
    private static string Text(ReadOnlySpan<byte> bytes) =>
        System.Text.Unicode.Utf8.IsValid(bytes) ? StrictUtf8.GetString(bytes) : Encoding.Latin1.GetString(bytes);
}
