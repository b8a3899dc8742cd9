using Dapper;
using Microsoft.Data.Sqlite;

namespace Pyremto;

/// <summary>
/// The lock by which one coordinator owns a database file: the operating system's, on a file beside it, so that it ends with the
/// process whatever ends that.
/// </summary>
internal sealed class SqliteOwnership : IDisposable
{
    private static readonly string[] NetworkFileSystems = ["nfs", "cifs", "smb", "lustre", "gpfs", "sshfs", "9p", "ceph", "afs", "beegfs"];

    private readonly FileStream _lock;

    private SqliteOwnership(FileStream file) => _lock = file;

    /// <summary>Takes the file, or says why not and what to do.</summary>
    /// <exception cref="StoreUnavailableException">Another coordinator has it, its folder is missing or read-only, it is on a network
    /// file system, another user's, or open to others.</exception>
    public static SqliteOwnership Take(string path)
    {
        // A link to the file is another name of the same database.
        var file = RealPath.Of(path);
        var folder = Path.GetDirectoryName(file);
        if (!Directory.Exists(folder))
            throw new StoreUnavailableException($"The folder of the database '{path}' does not exist: create it, or choose another file.");
        if (Directory.Exists(path))
            throw new StoreUnavailableException($"'{path}' is a folder, not a database: choose a file.");
        if (NetworkFileSystemOf(folder) is { } format)
        {
            throw new StoreUnavailableException(
                $"'{path}' is on a network file system ({format}), where SQLite's write-ahead log is not safe: choose a local disk, and let "
                + "other machines reach this coordinator over HTTP.");
        }
        FileStream? taken = null;
        try
        {
            PrivateFile.CheckLink(path);
            taken = PrivateFile.OpenLock(file + ".lock");
            PrivateFile.CreateIfMissing(file);
            PrivateFile.Check(file, file + "-wal", file + "-shm", file + "-journal");
            return new SqliteOwnership(taken);
        }
        catch (UntrustedFileException error)
        {
            taken?.Dispose();
            throw new StoreUnavailableException($"The database '{path}' cannot be trusted. {error.Message}", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new StoreUnavailableException($"The folder of the database '{path}' cannot be written: {error.Message}", error);
        }
        catch (IOException error) when (IsFull(error))
        {
            throw new StoreUnavailableException($"The disk of the database '{path}' is full. ({error.Message})", error);
        }
        catch (IOException error)
        {
            throw new StoreUnavailableException(
                $"The database '{path}' is in use by {OwnerOf(path)}. One coordinator owns a file: connect to that one over a named pipe or "
                + $"HTTP, or choose another file. ({error.Message})", error);
        }
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>Whether a disk is full, or what its user may have of it.</summary>
    internal static bool IsFull(IOException error) => (error.HResult & 0xffff) is 28 or 122 or 39 or 112; // ENOSPC, EDQUOT, ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL

    private static string OwnerOf(string path)
    {
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false,
            }.ConnectionString);
            connection.Open();
            var (host, process) = connection.QueryFirst<(string, long)>("SELECT host, process FROM coordinator");
            return $"the coordinator on '{host}' (process {process})";
        }
        catch (Exception error) when (error is SqliteException or InvalidOperationException)
        {
            return "another coordinator";
        }
    }

    /// <summary>The network file system that a folder is on, wherever links lead; null if it is on none that is known to be one.</summary>
    internal static string? NetworkFileSystemOf(string folder)
    {
        var full = Path.GetFullPath(folder);
        if (OperatingSystem.IsWindows() && full.StartsWith(@"\\", StringComparison.Ordinal))
            return "a share";
        try
        {
            var drive = new DriveInfo(full); // under Unix the file system of this very folder, not of the name that it has
            var format = drive.DriveFormat;
            return drive.DriveType == DriveType.Network || Array.Exists(
                NetworkFileSystems, network => format.Contains(network, StringComparison.OrdinalIgnoreCase)) ? format : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // nobody can tell; SQLite says what it meets
        }
    }
}
