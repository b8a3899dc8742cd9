using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pyremto.Benchmarks.Floors;

/// <summary>What the disk itself allows: append 4 KiB, wait until they are on it, and again.</summary>
internal static partial class AppendFloor
{
    private const int BlockSize = 4096;

    /// <summary>Appends a second, in a new file in <paramref name="directory"/>.</summary>
    public static double Run(string directory, int appends)
    {
        var path = Path.Combine(directory, "append-floor.bin");
        var block = new byte[BlockSize];
        block.AsSpan().Fill(0x5A);

        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, options: FileOptions.DeleteOnClose);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < appends; i++)
        {
            RandomAccess.Write(file, block, (long)i * BlockSize);
            Flush(file);
        }

        return appends / watch.Elapsed.TotalSeconds;
    }

    private static void Flush(SafeFileHandle file)
    {
        // The bar says fdatasync; .NET's own RandomAccess.FlushToDisk calls fsync, which also writes the file's times.
        if (!OperatingSystem.IsLinux())
            RandomAccess.FlushToDisk(file);
        else if (FlushData(file) != 0)
            throw new IOException($"fdatasync failed with error {Marshal.GetLastPInvokeError()}.");
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FlushData(SafeFileHandle file);
}
