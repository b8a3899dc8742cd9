using System.Diagnostics;

namespace Pyremto.Tests.Cli.Work;

/// <summary>Wraps a line of the shell so that it finds a disk of a megabyte, which nobody else sees, at <c>disk</c> in its
/// folder.</summary>
internal static class SmallDisk
{
    /// <summary>Starts a line with that disk. In it <c>$PYREMTO</c> is the executable.</summary>
    public static PyremtoProcess Start(PyremtoShell shell, string line)
    {
        System.IO.Directory.CreateDirectory(shell.Directory.File("disk"));
        return shell.StartProgram("unshare", "-rm", "sh", "-c", $"mount -t tmpfs -o size=1m disk disk && {line}");
    }

    /// <summary>Skips a test where this machine lets nobody mount anything.</summary>
    public static void SkipWhereImpossible()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && File.Exists("/usr/bin/unshare"), "There is no 'unshare' of util-linux here.");
        using var tried = Process.Start(new ProcessStartInfo("unshare", ["-rm", "mount", "-t", "tmpfs", "disk", "/mnt"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        })!;
        tried.WaitForExit();
        Skip.If(tried.ExitCode != 0, "This machine lets its users mount nothing.");
    }
}
