using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Pyremto;

/// <summary>
/// Tokens that read a tag's progress and results and nothing else (S15): base64url of an expiry (Unix seconds, 0 for none) and of an
/// HMAC-SHA256 over tag, instance and expiry under the tag's view key. Another key makes them worthless.
/// </summary>
internal static class ViewTokens
{
    private const int ExpiryLength = sizeof(long);
    private const int TokenLength = ExpiryLength + HMACSHA256.HashSizeInBytes;

    public static string Issue(TagRecord tag, DateTimeOffset? expires)
    {
        Span<byte> token = stackalloc byte[TokenLength];
        BinaryPrimitives.WriteInt64BigEndian(token, expires?.ToUnixTimeSeconds() ?? 0);
        Sign(tag, token[..ExpiryLength], token[ExpiryLength..]);
        return Base64Url.EncodeToString(token);
    }

    public static bool IsValid(TagRecord tag, string viewToken, DateTimeOffset now)
    {
        Span<byte> token = stackalloc byte[TokenLength];
        if (viewToken.Length > 2 * TokenLength
            || !Base64Url.IsValid(viewToken, out var length) || length != TokenLength
            || !Base64Url.TryDecodeFromChars(viewToken, token, out _))
        {
            return false;
        }
        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Sign(tag, token[..ExpiryLength], signature);
        var expiry = BinaryPrimitives.ReadInt64BigEndian(token);
        return CryptographicOperations.FixedTimeEquals(signature, token[ExpiryLength..])
            && (expiry == 0 || now.ToUnixTimeSeconds() < expiry);
    }

    private static void Sign(TagRecord tag, ReadOnlySpan<byte> expiry, Span<byte> signature)
    {
        var name = Encoding.UTF8.GetBytes(tag.Name);
        var signed = new byte[16 + ExpiryLength + name.Length];
        tag.Instance.TryWriteBytes(signed);
        expiry.CopyTo(signed.AsSpan(16));
        name.CopyTo(signed, 16 + ExpiryLength);
        HMACSHA256.HashData(tag.ViewKey.Span, signed, signature);
    }
}
