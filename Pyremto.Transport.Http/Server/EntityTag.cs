using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;

namespace Pyremto;

/// <summary>ETags of answers: what a reader has already is not sent again.</summary>
internal static class EntityTag
{
    /// <summary>The tag of a content.</summary>
    public static string Of(ReadOnlySpan<byte> content) => $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12))}\"";

    /// <summary>Whether the header If-None-Match names it.</summary>
    public static bool IsKnown(StringValues header, string etag)
    {
        foreach (var line in header)
        {
            foreach (var known in (line ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (known == "*" || known == etag || (known.StartsWith("W/", StringComparison.Ordinal) && known[2..] == etag))
                    return true;
            }
        }
        return false;
    }
}
