using System.Security.Cryptography;
using System.Text;

namespace Pyremto.Cli.Programs;

/// <summary>Names the output files of an attempt, the same for ever and different from those of all other attempts.</summary>
internal static class OutputName
{
    private const int LongestTag = 80;

    public static string Of(string tag, int jobId, int attempt) =>
        tag.Length == 0 ? $"job-{jobId}-attempt-{attempt}" : $"{Plain(tag)}-job-{jobId}-attempt-{attempt}";

    /// <summary>A tag as a file's name: what is not plain is replaced, and a few letters of its hash keep it apart from others.</summary>
    private static string Plain(string tag)
    {
        var plain = string.Concat(tag.Take(LongestTag).Select(
            letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' ? letter : '_'));
        if (plain == tag && tag[0] != '.')
            return tag;
        return $"{plain.TrimStart('.')}~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(tag)).AsSpan(0, 4))}";
    }
}
