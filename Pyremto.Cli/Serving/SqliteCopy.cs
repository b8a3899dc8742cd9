using Microsoft.Data.Sqlite;

namespace Pyremto.Cli.Serving;

/// <summary>Copies a SQLite file as it is at one moment, also while its owner writes to it.</summary>
internal static class SqliteCopy
{
    /// <summary>Copies it, on the calling thread, into a file that is there and empty.</summary>
    /// <exception cref="SqliteException">It is no database, or cannot be read.</exception>
    public static void Make(string source, string target)
    {
        using var from = new SqliteConnection(Connection(source, SqliteOpenMode.ReadOnly));
        using var to = new SqliteConnection(Connection(target, SqliteOpenMode.ReadWrite));
        from.Open();
        to.Open();
        from.BackupDatabase(to);
    }

    private static string Connection(string path, SqliteOpenMode mode) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString();
}
