using System.Diagnostics;

namespace Pyremto.Tests.Support;

/// <summary>Another user of the machine, who plants files. Only root can play one.</summary>
internal static class OtherUser
{
    public const int Id = 65534;

    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void SkipUnlessPossible() =>
        Skip.IfNot(!OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess, "Only root gives files away.");

    /// <summary>Makes a file, or a link itself, the other user's.</summary>
    public static async Task OwnAsync(string path)
    {
        using var chown = Process.Start("chown", ["-h", $"{Id}", path]);
        await chown.WaitForExitAsync();
        chown.ExitCode.Should().Be(0);
    }

    /// <summary>Whose a file is, by number.</summary>
    public static async Task<string> OwnerOfAsync(string path)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%u", path]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        return (await stat.StandardOutput.ReadToEndAsync()).Trim();
    }

    /// <summary>A mode as <c>chmod</c> takes it.</summary>
    public static UnixFileMode Mode(string octal) => (UnixFileMode)Convert.ToInt32(octal, 8);
}
