using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Pyremto;

/// <summary>
/// A prepared insert of the hot path, which calls SQLite directly (<see cref="SqliteNative"/>). Only for the writer's thread, which also
/// disposes of it: nothing here protects a statement from being disposed of while another thread runs it.
/// </summary>
internal sealed class SqliteInsert : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _owner;
    private readonly nint _statement;

    public SqliteInsert(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _owner));
        _statement = _owner.DangerousGetHandle();
    }

    public SqliteInsert Bind(int index, long value)
    {
        Check(SqliteNative.BindInt64(_statement, index, value));
        return this;
    }

    public SqliteInsert BindNull(int index)
    {
        Check(SqliteNative.BindNull(_statement, index));
        return this;
    }

    public SqliteInsert Bind(int index, string? value)
    {
        if (value is null)
            return BindNull(index);
        if (value.Length > 256)
            return BindText(index, Encoding.UTF8.GetBytes(value));
        Span<byte> utf8 = stackalloc byte[256 * 3];
        return BindText(index, utf8[..Encoding.UTF8.GetBytes(value, utf8)]);
    }

    /// <summary>Binds a text of JSON, and its original where that says more.</summary>
    public SqliteInsert Bind(int index, int indexOfOriginal, JsonText text)
    {
        BindText(index, text.Utf8.Span);
        return text.HasNonFinite ? BindText(indexOfOriginal, text.Original.Span) : BindNull(indexOfOriginal);
    }

    public void Run()
    {
        var code = SqliteNative.Step(_statement);
        _ = SqliteNative.Reset(_statement); // says again what the step said
        if (code != raw.SQLITE_DONE)
            Check(code);
    }

    public void Dispose() => _owner.Dispose();

    private SqliteInsert BindText(int index, ReadOnlySpan<byte> utf8)
    {
        var some = utf8.IsEmpty ? "?"u8 : utf8; // an empty span is a null pointer, which SQLite takes for NULL
        Check(SqliteNative.BindText(_statement, index, some, utf8.Length, SqliteNative.Transient));
        return this;
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(code, _database);
    }
}
