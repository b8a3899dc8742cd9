using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pyremto;

/// <summary>Salted PBKDF2 hashes of passwords (S15), as <c>pbkdf2-sha256$iterations$salt$hash</c>.</summary>
internal static class PasswordHash
{
    /// <summary>OWASP's advice of 2023 for PBKDF2-HMAC-SHA256.</summary>
    public const int DefaultIterations = 600_000;

    private const string Scheme = "pbkdf2-sha256";
    private const int SaltLength = 16;
    private const int HashLength = 32;

    public static string Create(string password, IRandomSource random, int iterations = DefaultIterations)
    {
        var salt = new byte[SaltLength];
        random.Fill(salt);
        return string.Join('$', Scheme, iterations, Convert.ToBase64String(salt), Convert.ToBase64String(Derive(password, salt, iterations)));
    }

    /// <summary>Whether the password is the one that the hash was made of, in a time that tells nothing of either.</summary>
    public static bool Verify(string password, string hash) =>
        hash.Split('$') is [Scheme, var iterations, var salt, var kept]
        && CryptographicOperations.FixedTimeEquals(
            Derive(password, Convert.FromBase64String(salt), int.Parse(iterations, CultureInfo.InvariantCulture)),
            Convert.FromBase64String(kept));

    /// <summary>Over the password's SHA-256, since HMAC fills short keys with zeros: "x" and "x\0" would be one password (RFC 2104).</summary>
    private static byte[] Derive(string password, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(
            SHA256.HashData(Encoding.UTF8.GetBytes(password)), salt, iterations, HashAlgorithmName.SHA256, HashLength);
}
