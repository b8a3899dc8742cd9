using Microsoft.Win32.SafeHandles;

namespace Pyremto;

/// <summary>
/// Files and folders that their owner alone may use, since they hold secrets or are believed. What others put in their place is refused,
/// as ssh does: another's file, one that is open to others, a link. On Windows they are as private as their folder.
/// </summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>How often somebody else may be faster.</summary>
    private const int MostTries = 4;

    /// <summary>Creates a file; nothing, not even a link, may have its name.</summary>
    /// <exception cref="IOException">Something has.</exception>
    public static FileStream CreateNew(string path, FileShare share = FileShare.Read)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    /// <summary>Creates an empty file in the place of whatever has its name.</summary>
    public static void CreateEmpty(string path)
    {
        File.Delete(path);
        CreateNew(path).Dispose();
    }

    /// <summary>Creates an empty file where there is none, so that who opens it next finds it private.</summary>
    public static void CreateIfMissing(string path)
    {
        try
        {
            if (UnixFile.Look(path) is null)
                CreateNew(path).Dispose();
        }
        catch (IOException) when (UnixFile.Look(path) is not null)
        {
            // Somebody else was faster; what it is, Check says.
        }
    }

    /// <summary>Refuses those of some files that are there and not private. They are not opened.</summary>
    /// <exception cref="UntrustedFileException">One is another user's, open to others, a link, or no file.</exception>
    public static void Check(params IReadOnlyList<string> paths)
    {
        var open = new List<(string Path, UnixFileMode Mode)>();
        var foreign = new List<(string Path, uint Owner)>();
        foreach (var path in paths)
        {
            if (UnixFile.Look(path) is not { } status)
                continue;
            RefuseNoFile(path, status);
            if (IsForeign(status))
                foreign.Add((path, status.Owner!.Value));
            else if ((status.Mode & Others) != UnixFileMode.None)
                open.Add((path, status.Mode));
        }
        if (foreign.Count > 0)
            throw UntrustedFileException.Foreign(foreign);
        if (open.Count > 0)
            throw UntrustedFileException.Open(open);
    }

    /// <summary>Refuses a link that another user made. One's own leads to what is checked itself.</summary>
    /// <exception cref="UntrustedFileException">It is another user's.</exception>
    public static void CheckLink(string path)
    {
        if (UnixFile.Look(path) is { Kind: FileKind.Link } status && IsForeign(status))
            throw UntrustedFileException.Foreign([(path, status.Owner!.Value)]);
    }

    /// <summary>The text of a file; null where there is none.</summary>
    /// <exception cref="UntrustedFileException">It is not private.</exception>
    public static string? Read(string path)
    {
        if (UnixFile.Look(path) is not { } status)
            return null;
        Check(path);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        RefuseChanged(path, file.SafeFileHandle, status);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    /// <summary>Opens a file, empty or not, that no other process has open by this; closed to others from now on.</summary>
    /// <exception cref="UntrustedFileException">It is another user's, a link, or no file.</exception>
    /// <exception cref="IOException">Another process has it.</exception>
    public static FileStream OpenLock(string path)
    {
        for (var tries = 1; ; tries++)
        {
            var status = UnixFile.Look(path);
            try
            {
                return status is { } there ? OpenLock(path, there) : CreateNew(path, FileShare.None);
            }
            catch (IOException) when (tries < MostTries && UnixFile.Look(path).HasValue != status.HasValue)
            {
                // It was made, or removed, meanwhile.
            }
        }
    }

    /// <summary>Closes a socket of one's own to others.</summary>
    public static void CloseSocket(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        if (UnixFile.Look(path) is { Kind: FileKind.Other } status && !IsForeign(status) && status.Mode != OwnerOnly)
            File.SetUnixFileMode(path, OwnerOnly);
    }

    /// <summary>Creates a folder, with those above it that are not there: all of them private. One that is there is closed to others,
    /// unless it is one that all share, such as <c>/tmp</c>.</summary>
    /// <exception cref="UntrustedFileException">It is another user's.</exception>
    public static void CreateFolder(string path)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } parent && !Path.Exists(parent))
            CreateFolder(parent);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }
        Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        CheckLink(path);
        var folder = Directory.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        if (UnixFile.Look(folder) is not { } status)
            return;
        if (IsForeign(status))
            throw UntrustedFileException.Foreign([(folder, status.Owner!.Value)]);
        if ((status.Mode & Others) != UnixFileMode.None && !status.Mode.HasFlag(UnixFileMode.StickyBit))
            File.SetUnixFileMode(folder, status.Mode & ~Others);
    }

    /// <summary>The same where there is none; one that is there stays as it is, since a person chose it.</summary>
    public static void CreateFolderIfMissing(string path)
    {
        if (!Directory.Exists(path))
            CreateFolder(Path.GetFullPath(path));
    }

    private static FileStream OpenLock(string path, FileStatus status)
    {
        RefuseNoFile(path, status);
        if (IsForeign(status))
            throw UntrustedFileException.Foreign([(path, status.Owner!.Value)]);
        var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        try
        {
            RefuseChanged(path, file.SafeFileHandle, status);
            if (!OperatingSystem.IsWindows() && (status.Mode & Others) != UnixFileMode.None)
                File.SetUnixFileMode(file.SafeFileHandle, OwnerOnly);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static bool IsForeign(FileStatus status) => status.Owner is { } owner && owner != UnixFile.User;

    private static void RefuseNoFile(string path, FileStatus status)
    {
        if (status.Kind == FileKind.Link)
            throw UntrustedFileException.Link(path);
        if (status.Kind != FileKind.File)
            throw new UntrustedFileException($"'{path}' is no plain file: remove it, or choose another name.");
    }

    private static void RefuseChanged(string path, SafeFileHandle file, FileStatus seen)
    {
        if (UnixFile.Look(file) is { } opened && opened.Identity != seen.Identity)
        {
            throw new UntrustedFileException(
                $"'{path}' was replaced while it was opened: choose a folder where no other user can do that.");
        }
    }
}
