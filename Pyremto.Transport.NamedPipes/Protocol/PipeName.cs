using System.Buffers;
using System.Globalization;
using System.Text;

namespace Pyremto;

/// <summary>Which names a pipe may have, and where the operating system keeps it.</summary>
internal static class PipeName
{
    /// <summary>What fits into a socket's address on every Unix, its final zero left out.</summary>
    private const int LongestSocketPath = 103;

    private const int LongestOnWindows = 200;

    private static readonly SearchValues<char> PathCharacters = SearchValues.Create("/\\:*?\"<>|");

    /// <summary>Refuses what is no plain name.</summary>
    /// <exception cref="ArgumentException">It is empty, too long, rooted, a path, or holds what cannot be seen.</exception>
    public static string Check(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name is "." or ".." || name.AsSpan().ContainsAny(PathCharacters) || Path.IsPathRooted(name))
            throw new ArgumentException($"'{name}' is a path or has characters of one; give the pipe a plain name such as \"pyremto\".", nameof(name));
        if (name.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar || Rune.IsControl(rune) || Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format))
            throw new ArgumentException("The name of a pipe must not hold spaces or characters that cannot be seen.", nameof(name));
        if (string.Equals(name, "anonymous", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException("'anonymous' means something else to the operating system; give the pipe another name.", nameof(name));
        var over = OperatingSystem.IsWindows() ? name.Length - LongestOnWindows : Encoding.UTF8.GetByteCount(SocketPath(OfAnswers(name))) - LongestSocketPath;
        if (over > 0)
            throw new ArgumentException($"The name '{name[..Math.Min(name.Length, 32)]}…' of the pipe is too long by {over} characters.", nameof(name));
        return name;
    }

    /// <summary>The name of the pipes by which answers go back (<see cref="DuplexPipe"/>).</summary>
    public static string OfAnswers(string name) => $"{name}.answers";

    /// <summary>Where .NET keeps the socket of a pipe on Unix.</summary>
    public static string SocketPath(string name) => Path.Combine(Path.GetTempPath(), $"CoreFxPipe_{name}");
}
