using System.Security.Cryptography;
using System.Text;

namespace Pyremto;

/// <summary>Bytes that follow from a seed and from nothing else, and do not tell the seed: SHA-256, counted up.</summary>
internal sealed class HashedRandomSource(string seed) : IRandomSource
{
    public void Fill(Span<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        for (var block = 0; !bytes.IsEmpty; block++)
        {
            SHA256.HashData(Encoding.UTF8.GetBytes($"{block}:{seed}"), hash);
            var taken = Math.Min(bytes.Length, hash.Length);
            hash[..taken].CopyTo(bytes);
            bytes = bytes[taken..];
        }
    }
}
