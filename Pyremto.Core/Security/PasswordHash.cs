using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pyremto;

/// <summary>
/// Salted hashes of passwords (S15): <c>pbkdf2-sha256$iterations$salt$hash</c>, and <c>hmac-sha256$salt$hash</c> of passwords that are random.
/// </summary>
internal static class PasswordHash
{
    /// <summary>
    /// Some 40 ms of a core. OWASP's 600,000 are meant for accounts, whose passwords are worth more than what is stolen with their hashes. Here
    /// a thief of the hash has the tag's jobs and results too, which lie beside it, and all else that the password opens is guessed at over
    /// the network, where addresses are banned. What is left to protect is a password that is used elsewhere as well, and for that six times
    /// the cost is worth less than one more letter. Everybody else pays it: whoever creates a tag, and a coordinator that strangers keep
    /// guessing at. A hash names its own number, so that those that were made with another one stay valid.
    /// </summary>
    public const int DefaultIterations = 100_000;

    private const string Slow = "pbkdf2-sha256";
    private const string Fast = "hmac-sha256";
    private const int SaltLength = 16;
    private const int HashLength = 32;

    /// <summary>The hash of a password that a person may have chosen.</summary>
    public static string Create(string password, IRandomSource random, int iterations = DefaultIterations)
    {
        var salt = NewSalt(random);
        return string.Join('$', Slow, iterations, Convert.ToBase64String(salt), Convert.ToBase64String(Derive(password, salt, iterations)));
    }

    /// <summary>The hash of a password of at least 128 random bits: nobody guesses those, however fast it could be tried.</summary>
    public static string CreateOfRandom(string password, IRandomSource random)
    {
        var salt = NewSalt(random);
        return string.Join('$', Fast, Convert.ToBase64String(salt), Convert.ToBase64String(MacOf(password, salt)));
    }

    /// <summary>Whether it takes microseconds to verify.</summary>
    public static bool IsFast(string hash) => hash.StartsWith(Fast + "$", StringComparison.Ordinal);

    /// <summary>Whether the password is the one that the hash was made of, in a time that tells nothing of either.</summary>
    public static bool Verify(string password, string hash) => hash.Split('$') switch
    {
        [Slow, var iterations, var salt, var kept] => CryptographicOperations.FixedTimeEquals(
            Derive(password, Convert.FromBase64String(salt), int.Parse(iterations, CultureInfo.InvariantCulture)), Convert.FromBase64String(kept)),
        [Fast, var salt, var kept] => CryptographicOperations.FixedTimeEquals(MacOf(password, Convert.FromBase64String(salt)), Convert.FromBase64String(kept)),
        _ => false,
    };

    /// <summary>Over the password's SHA-256, since HMAC fills short keys with zeros: "x" and "x\0" would be one password (RFC 2104).</summary>
    private static byte[] Derive(string password, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(
            SHA256.HashData(Encoding.UTF8.GetBytes(password)), salt, iterations, HashAlgorithmName.SHA256, HashLength);

    private static byte[] MacOf(string password, byte[] salt) => HMACSHA256.HashData(salt, Encoding.UTF8.GetBytes(password));

    private static byte[] NewSalt(IRandomSource random)
    {
        var salt = new byte[SaltLength];
        random.Fill(salt);
        return salt;
    }
}
