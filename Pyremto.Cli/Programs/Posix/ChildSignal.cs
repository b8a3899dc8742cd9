using System.Globalization;

namespace Pyremto.Cli.Programs;

/// <summary>Who starts us may ignore SIGCHLD; then Linux would throw the exit codes of our programs away.</summary>
internal static class ChildSignal
{
    public static void KeepExitCodes()
    {
        if (IsIgnored(File.ReadLines("/proc/self/status")))
            _ = Libc.SetSignal(Libc.SigChld, handler: 0);
    }

    /// <summary>Whether the lines of a process's status say so.</summary>
    public static bool IsIgnored(IEnumerable<string> status) =>
        status.FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } line
        && ulong.TryParse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var ignored)
        && (ignored & (1UL << (Libc.SigChld - 1))) != 0;
}
