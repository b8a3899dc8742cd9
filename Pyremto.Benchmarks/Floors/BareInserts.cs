using Microsoft.Data.Sqlite;

namespace Pyremto.Benchmarks.Floors;

/// <summary>What SQLite allows for setting up jobs: prepared inserts of (id, description) in one transaction, WAL, synchronous=FULL.</summary>
internal static class BareInserts
{
    /// <summary>Rows a second, the commit included.</summary>
    public static double Run(string directory, IReadOnlyList<byte[]> descriptions)
    {
        using var file = new SqliteFile(directory, "bare-inserts.db");
        file.Execute("CREATE TABLE job (id INTEGER PRIMARY KEY, description TEXT NOT NULL)");

        var id = new SqliteParameter("@id", SqliteType.Integer);
        var description = new SqliteParameter("@description", SqliteType.Blob);
        using var insert = file.Prepare("INSERT INTO job (id, description) VALUES (@id, @description)", id, description);

        var watch = Stopwatch.StartNew();
        file.Execute("BEGIN IMMEDIATE");
        for (var i = 0; i < descriptions.Count; i++)
        {
            id.Value = (long)i;
            description.Value = descriptions[i];
            insert.ExecuteNonQuery();
        }

        file.Execute("COMMIT");
        return descriptions.Count / watch.Elapsed.TotalSeconds;
    }
}
