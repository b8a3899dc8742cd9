using System.Globalization;

namespace Pyremto.Tests.Support;

/// <summary>Names of pipes that no other test uses, in this process or another.</summary>
internal static class PipeNames
{
    private static int _last;

    public static string New() => string.Create(
        CultureInfo.InvariantCulture, $"pyremto-test-{Environment.ProcessId}-{Interlocked.Increment(ref _last)}");
}
