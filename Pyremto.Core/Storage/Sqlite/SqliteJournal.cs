using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Pyremto;

/// <summary>
/// Keeps a store in an SQLite file: one connection that writes, owned by the store's writer thread, with prepared statements; WAL with
/// <c>synchronous=FULL</c>, so that a commit has reached the disk when it returns (S14).
/// </summary>
internal sealed partial class SqliteJournal(
    string path, TimeProvider time, ILogger logger, IReadOnlyList<string>? migrations = null) : IStoreJournal
{
    private readonly string _path = Path.GetFullPath(path);
    private SqliteOwnership? _ownership;
    private SqliteConnection? _connection;
    private SqliteStatements? _statements;
    private SqliteReader? _reader;
    private SqliteExchangeRows? _exchanges;
    private SqliteRemains? _remains;
    private bool _inTransaction;
    private long _upTime;

    public IJournalReader Reader => _reader ?? throw new StoreUnavailableException("The store is closed.");

    /// <summary>Hand-outs and results as they are written.</summary>
    public SqliteExchangeRows Exchanges => _exchanges ??= new SqliteExchangeRows(this);

    /// <summary>What deleted tags left.</summary>
    public SqliteRemains Remains => _remains ??= new SqliteRemains(this);

    /// <summary>The statements, inside a transaction that begins with the first of them; everything so far is written.</summary>
    public SqliteStatements Statements
    {
        get
        {
            var statements = WritableStatements;
            if (Exchanges.HasOpen)
                Exchanges.Write(statements);
            return statements;
        }
    }

    /// <summary>The statements, where a result may still be held back.</summary>
    public SqliteStatements WritableStatements
    {
        get
        {
            if (!_inTransaction)
            {
                _statements!.Begin.Run();
                _inTransaction = true;
            }
            return _statements!;
        }
    }

    public SqliteConnection Connection
    {
        get
        {
            _ = Statements;
            return _connection!;
        }
    }

    public long UpTime
    {
        get => _upTime;
        set
        {
            Connection.Execute("UPDATE coordinator SET up_time = @value", new { value });
            _upTime = value;
        }
    }

    public bool HasChanges => _inTransaction || Exchanges.HasOpen;

    public IEnumerable<RestoredTag> Open()
    {
        if (_connection is not null && TryReadAgain() is { } tags)
            return tags;
        Close();
        try
        {
            _ownership ??= SqliteOwnership.Take(_path);
            _connection = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = _path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false,
            }.ConnectionString);
            _connection.Open();
            raw.sqlite3_busy_timeout(_connection.Handle!, 10_000);
            _connection.Execute(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY");
            SqliteSchema.Upgrade(_connection, _path, migrations ?? SqliteSchema.Migrations);
            _upTime = ReadUpTime(_connection);
            _connection.Execute(
                """
                BEGIN IMMEDIATE;
                DELETE FROM coordinator;
                INSERT INTO coordinator(host, process, opened_at, up_time) VALUES (@Host, @Process, @At, @UpTime);
                COMMIT;
                """,
                new { Host = Environment.MachineName, Process = Environment.ProcessId, At = time.GetUtcNow().ToMicros(), UpTime = _upTime });
            _statements = new SqliteStatements(_connection);
            _reader = new SqliteReader(_path);
            Remains.Read(_connection);
            LogOpened(logger, _path);
            return SqliteRestore.ReadTags(_connection, this);
        }
        catch (SqliteException error)
        {
            Close();
            throw new StoreUnavailableException(InWords(error), error);
        }
    }

    /// <summary>
    /// What is kept, by the connection that there is: a full disk has no room to open another one. Null where that one is of no use any
    /// more.
    /// </summary>
    private List<RestoredTag>? TryReadAgain()
    {
        try
        {
            Begin();
            if (raw.sqlite3_get_autocommit(_connection!.Handle!) == 0)
                _connection.Execute("ROLLBACK");
            _upTime = ReadUpTime(_connection);
            Remains.Read(_connection);
            return SqliteRestore.ReadTags(_connection, this);
        }
        catch (SqliteException)
        {
            return null;
        }
    }

    private static long ReadUpTime(SqliteConnection connection) =>
        connection.ExecuteScalar<long?>("SELECT MAX(up_time) FROM coordinator") ?? 0;

    public void Begin()
    {
        Exchanges.Forget();
        _inTransaction = false;
    }

    public void Commit()
    {
        if (!_inTransaction && !Exchanges.HasOpen)
            return;
        Statements.Commit.Run();
        _inTransaction = false;
    }

    public bool HasRemains => Remains.Any;

    public bool Purge() => Remains.Purge();

    public ITagJournal CreateTag(TagRecord tag)
    {
        var tagId = Connection.ExecuteScalar<long>(
            """
            INSERT INTO tags(name, instance, password_hash, view_key, created_at, creation_request_id, last_used_at, up_time_at_use)
            VALUES (@Name, @Instance, @PasswordHash, @ViewKey, @CreatedAt, @CreationRequestId, @CreatedAt, @UpTime) RETURNING tag_id
            """,
            new
            {
                tag.Name,
                Instance = tag.Instance.ToString(),
                tag.PasswordHash,
                ViewKey = tag.ViewKey.ToArray(),
                CreatedAt = tag.CreatedAt.ToMicros(),
                tag.CreationRequestId,
                UpTime = _upTime,
            });
        return new SqliteTagJournal(this, tagId);
    }

    public void Dispose()
    {
        Close();
        _ownership?.Dispose();
        _ownership = null;
    }

    private void Close()
    {
        Exchanges.Forget();
        _inTransaction = false;
        _reader?.Dispose();
        _statements?.Dispose();
        _connection?.Dispose(); // rolls back what was not committed
        (_reader, _statements, _connection) = (null, null, null);
    }

    private string InWords(SqliteException error) => error.SqliteErrorCode switch
    {
        raw.SQLITE_NOTADB => $"'{_path}' is not an SQLite database: choose another file.",
        raw.SQLITE_CORRUPT => $"The database '{_path}' is damaged: restore a copy, or choose another file. ({error.Message})",
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_CANTOPEN =>
            $"The database '{_path}' cannot be written: check its permissions and those of its folder. ({error.Message})",
        raw.SQLITE_FULL => $"The disk of the database '{_path}' is full. ({error.Message})",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => $"The database '{_path}' is locked by another program that writes to it. ({error.Message})",
        _ => $"The database '{_path}' cannot be opened: {error.Message}",
    };

    [LoggerMessage(EventId = 100, Level = LogLevel.Information, Message = "Jobs are kept in {Path}")]
    private static partial void LogOpened(ILogger logger, string path);
}
