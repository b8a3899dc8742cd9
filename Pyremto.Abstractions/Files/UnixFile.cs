using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pyremto;

/// <summary>Whose a file is, which .NET has no face for. Where the system is not Linux, the owner is not known.</summary>
internal static unsafe partial class UnixFile
{
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const uint BasicFields = 0x7ff;
    private const int StatusLength = 256;
    private const int NoEntry = 2;
    private const int NotThere = 38;

    private const int TypeMask = 0xf000;
    private const int RegularFile = 0x8000;
    private const int Folder = 0x4000;
    private const int SymbolicLink = 0xa000;

    /// <summary>The user as whom this process acts.</summary>
    public static uint User => EffectiveUser();

    /// <summary>What a path leads to, where a link is itself; null where there is nothing.</summary>
    public static FileStatus? Look(string path)
    {
        var status = stackalloc byte[StatusLength];
        if (!OperatingSystem.IsLinux())
            return LookPortably(path);
        return Ask(CurrentFolder, path, NoFollow, status) switch
        {
            0 => Read(new ReadOnlySpan<byte>(status, StatusLength)),
            NoEntry => null,
            _ => LookPortably(path),
        };
    }

    /// <summary>What an open file is.</summary>
    public static FileStatus? Look(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        var status = stackalloc byte[StatusLength];
        var held = false;
        try
        {
            file.DangerousAddRef(ref held);
            var isKnown = Ask((int)file.DangerousGetHandle(), "", EmptyPath, status) == 0;
            return isKnown ? Read(new ReadOnlySpan<byte>(status, StatusLength)) : null;
        }
        finally
        {
            if (held)
                file.DangerousRelease();
        }
    }

    /// <summary>A user's name; the number where the system knows none.</summary>
    public static string NameOf(uint user)
    {
        const int Length = 16 << 10;
        var buffer = new byte[Length];
        var entry = stackalloc byte[StatusLength]; // more than any C library's struct passwd, which begins with the name
        fixed (byte* text = buffer)
        {
            void* found;
            var isFound = FindUser(user, entry, text, Length, &found) == 0 && found is not null;
            if (isFound && Marshal.PtrToStringUTF8(*(nint*)found) is { Length: > 0 } name)
                return name;
        }
        return user.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>0, or the error; a C library before 2.28 has no such call.</summary>
    private static int Ask(int folder, string path, int flags, byte* status)
    {
        try
        {
            return Status(folder, path, flags, BasicFields, status) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
        catch (EntryPointNotFoundException)
        {
            return NotThere;
        }
    }

    private static FileStatus Read(ReadOnlySpan<byte> status)
    {
        var mode = MemoryMarshal.Read<ushort>(status[28..]);
        var kind = (mode & TypeMask) switch
        {
            RegularFile => FileKind.File,
            Folder => FileKind.Folder,
            SymbolicLink => FileKind.Link,
            _ => FileKind.Other,
        };
        return new FileStatus(
            kind, (UnixFileMode)(mode & 0xfff), MemoryMarshal.Read<uint>(status[20..]),
            (MemoryMarshal.Read<ulong>(status[136..]), MemoryMarshal.Read<ulong>(status[32..])));
    }

    private static FileStatus? LookPortably(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null)
            return new FileStatus(FileKind.Link, UnixFileMode.None, Owner: null, default);
        if (!file.Exists && !Directory.Exists(path))
            return null;
        var mode = OperatingSystem.IsWindows() ? UnixFileMode.None : file.UnixFileMode;
        return new FileStatus(file.Exists ? FileKind.File : FileKind.Folder, mode, Owner: null, default);
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Status(int folder, string path, int flags, uint fields, byte* status);

    [LibraryImport("libc", EntryPoint = "getpwuid_r")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FindUser(uint user, void* entry, byte* buffer, nuint length, void** found);
}
