namespace Pyremto.Cli.Programs;

/// <summary>
/// The folder for the files of a worker's programs, which nobody else may read. It is made again where somebody removed it. Thread-safe.
/// </summary>
internal sealed class PrivateFolder : IDisposable
{
    private const int ProbeSize = 64 << 10;

    /// <summary>One of a process that was killed together with its guard stays for so long.</summary>
    private static readonly TimeSpan Leftover = TimeSpan.FromDays(1);

    private readonly System.Threading.Lock _gate = new();
    private FileStream? _lock;

    private PrivateFolder(string path) => Path = path;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Makes a new one, and removes those that killed processes of this machine left beside it.</summary>
    /// <param name="parent">Where; if that cannot be or there is no room, it is made among temporary files.</param>
    /// <param name="now">The time.</param>
    public static PrivateFolder Create(string parent, DateTimeOffset now)
    {
        try
        {
            PrivateFile.CreateFolderIfMissing(parent);
            RemoveLeftovers(parent, now);
            var folder = New(parent);
            if (folder.FindProblem() is null)
                return folder;
            folder.Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Then elsewhere.
        }
        return New(System.IO.Path.GetTempPath());
    }

    /// <summary>Sees to it that it is there.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Ensure()
    {
        if (Directory.Exists(Path))
            return;
        lock (_gate)
            Make();
    }

    /// <summary>What is wrong with it now; null where it is there and has room.</summary>
    public string? FindProblem()
    {
        if (!Directory.Exists(Path))
            return $"The folder for the files of programs, {Path}, was removed.";
        try
        {
            // Space is only known to be there once it was taken.
            using var probe = OutputFile.OpenUnlinked(Path);
            RandomAccess.Write(probe, new byte[ProbeSize], 0);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"There is no room for the files of programs in {Path}: {error.Message}";
        }
    }

    public void Dispose()
    {
        _lock?.Dispose();
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }

    private static PrivateFolder New(string parent)
    {
        var folder = new PrivateFolder(System.IO.Path.Combine(parent, Prefix() + System.IO.Path.GetRandomFileName()));
        folder.Make();
        return folder;
    }

    private static string Prefix() => $"pyremto-{Environment.MachineName}-";

    private void Make()
    {
        PrivateFile.CreateFolder(Path); // fails where another user has made it meanwhile
        _lock?.Dispose();
        _lock = Held(Path);
    }

    private static void RemoveLeftovers(string parent, DateTimeOffset now)
    {
        foreach (var folder in new DirectoryInfo(parent).EnumerateDirectories(Prefix() + "*"))
        {
            try
            {
                if (now.UtcDateTime - folder.LastWriteTimeUtc < Leftover)
                    continue;
                using (Held(folder.FullName))
                    folder.Delete(recursive: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Its process is alive, or another worker tidies up.
            }
        }
    }

    /// <summary>The lock, which the system takes away with the process.</summary>
    private static FileStream Held(string folder) => PrivateFile.OpenLock(System.IO.Path.Combine(folder, "lock"));
}
