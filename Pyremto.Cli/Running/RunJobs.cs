using System.Security.Cryptography;

namespace Pyremto.Cli.Running;

/// <summary>The jobs of a run, as its input has them.</summary>
/// <param name="Descriptions">The descriptions.</param>
/// <param name="Repetitions">How many jobs are made of each (S18).</param>
internal sealed record RunJobs(IReadOnlyList<JsonText> Descriptions, int Repetitions)
{
    /// <summary>How many jobs there are.</summary>
    public int Total => Descriptions.Count * Repetitions;

    /// <summary>What they are: another hash, other jobs.</summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var description in Descriptions)
        {
            hash.AppendData(description.Original.Span);
            hash.AppendData("\n"u8);
        }
        hash.AppendData(BitConverter.GetBytes(Repetitions));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
