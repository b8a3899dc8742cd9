using System.Buffers.Binary;

namespace Pyremto;

/// <summary>What is made of random bytes.</summary>
public static class RandomSourceExtensions
{
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyz23456789"; // 32 letters, none that looks like another

    /// <summary>A random 128-bit id.</summary>
    public static Guid NextGuid(this IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Span<byte> bytes = stackalloc byte[16];
        random.Fill(bytes);
        return new Guid(bytes);
    }

    /// <summary>A random word of letters and digits that can be read aloud, five bits each.</summary>
    /// <param name="random">The source.</param>
    /// <param name="length">Its length, 1 to 64.</param>
    public static string NextWord(this IRandomSource random, int length)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 64);
        Span<byte> bytes = stackalloc byte[64];
        random.Fill(bytes[..length]);
        Span<char> word = stackalloc char[64];
        for (var i = 0; i < length; i++)
            word[i] = Alphabet[bytes[i] & 31];
        return new string(word[..length]);
    }

    /// <summary>A random number from 0 (inclusive) to 1 (exclusive), for jitter.</summary>
    public static double NextFraction(this IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Span<byte> bytes = stackalloc byte[8];
        random.Fill(bytes);
        return (BinaryPrimitives.ReadUInt64LittleEndian(bytes) >> 11) * (1.0 / (1UL << 53));
    }
}
