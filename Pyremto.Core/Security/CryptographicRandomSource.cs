using System.Security.Cryptography;

namespace Pyremto;

/// <summary>The random source of a running coordinator or worker: the operating system's.</summary>
internal sealed class CryptographicRandomSource : IRandomSource
{
    public void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
}
