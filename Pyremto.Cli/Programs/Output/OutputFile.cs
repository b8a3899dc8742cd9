using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pyremto.Cli.Programs;

/// <summary>Opens files for what programs write: appending, so that one that opens <c>/dev/stderr</c> anew spoils nothing.</summary>
internal static class OutputFile
{
    private const int OwnerOnly = 0x180; // 0600

    /// <summary>A file that has no name, and so is gone with whoever holds it.</summary>
    /// <param name="folder">A private folder.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static SafeFileHandle OpenUnlinked(string folder)
    {
        var path = Path.Combine(folder, $"unlinked-{Environment.CurrentManagedThreadId}");
        if (!OperatingSystem.IsLinux())
            return File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.DeleteOnClose);
        var file = Open(path, Libc.ReadWrite | Libc.Append | Libc.Create | Libc.Exclusive | Libc.CloseOnExec);
        File.Delete(path);
        return file;
    }

    /// <summary>A file with a name, empty, that is written to at any place.</summary>
    public static SafeFileHandle OpenNew(string path) =>
        File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>A file with a name, empty.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static SafeFileHandle OpenEmpty(string path)
    {
        File.Delete(path); // a link would lead elsewhere
        return OperatingSystem.IsLinux()
            ? Open(path, Libc.ReadWrite | Libc.Append | Libc.Create | Libc.Exclusive | Libc.CloseOnExec)
            : OpenNew(path);
    }

    private static SafeFileHandle Open(string path, int flags)
    {
        var file = Libc.Open(path, flags, OwnerOnly);
        return file >= 0
            ? new SafeFileHandle(file, ownsHandle: true)
            : throw new IOException($"'{path}' cannot be written: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");
    }
}
