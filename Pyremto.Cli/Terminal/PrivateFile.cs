namespace Pyremto.Cli.Terminal;

/// <summary>Files and folders that only their owner may read, since they hold secrets or what others should not see.</summary>
internal static class PrivateFile
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Creates an empty file; an existing one is emptied.</summary>
    public static void CreateEmpty(string path)
    {
        File.Delete(path); // one that is there may be readable for others
        using var file = Open(path, FileMode.CreateNew);
    }

    /// <summary>Creates the file where there is none and its folder is there, so that who opens it next finds it private.</summary>
    public static void CreateIfMissing(string path)
    {
        if (File.Exists(path) || !Directory.Exists(Path.GetDirectoryName(path)))
            return;
        using var file = Open(path, FileMode.OpenOrCreate);
    }

    /// <summary>Creates a folder, with those above it that are not there: all of them private.</summary>
    public static void CreateFolder(string path)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } parent && !Directory.Exists(parent))
            CreateFolder(parent);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, Owner | UnixFileMode.UserExecute);
    }

    private static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Owner;
        return new FileStream(path, options);
    }
}
