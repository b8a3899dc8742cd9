using Microsoft.Data.Sqlite;

namespace Pyremto.Benchmarks.Floors;

/// <summary>A database as the floors use it: one open connection, WAL, synchronous=FULL. Deleted with its companions at the end.</summary>
internal sealed class SqliteFile : IDisposable
{
    private readonly string _path;

    public SqliteFile(string directory, string name)
    {
        _path = Path.Combine(directory, name);
        Delete();
        Connection = new SqliteConnection($"Data Source={_path};Pooling=False");
        Connection.Open();
        Execute("PRAGMA journal_mode=WAL");
        Execute("PRAGMA synchronous=FULL");
    }

    public SqliteConnection Connection { get; }

    public void Execute(string sql)
    {
        using var command = Prepare(sql);
        command.ExecuteNonQuery();
    }

    public long Count(string sql)
    {
        using var command = Prepare(sql);
        return (long)command.ExecuteScalar()!;
    }

    public SqliteCommand Prepare(string sql, params ReadOnlySpan<SqliteParameter> parameters)
    {
        var command = Connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this project.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        command.Prepare();
        return command;
    }

    public void Dispose()
    {
        Connection.Dispose();
        Delete();
    }

    private void Delete()
    {
        foreach (var suffix in new[] { "", "-wal", "-shm" })
            File.Delete(_path + suffix);
    }
}
