using Microsoft.Data.Sqlite;

namespace Pyremto;

/// <summary>The prepared statements of the writer: the hot path's, and those that may run a million times.</summary>
internal sealed class SqliteStatements(SqliteConnection connection) : IDisposable
{
    public SqliteStatement Begin { get; } = new(connection, "BEGIN IMMEDIATE");

    public SqliteStatement Commit { get; } = new(connection, "COMMIT");

    /// <summary>A result and the hand-out that answered it: the parameters of <see cref="InsertHandOut"/> and
    /// <see cref="InsertResult"/>.</summary>
    public SqliteInsert InsertExchange { get; } = new(
        connection,
        """
        INSERT INTO exchanges(
            exchange_key, worker, at, job_id, attempt, previous, request_id, done_job_id, done_attempt, started_at, result, original)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        """);

    public SqliteInsert InsertHandOut { get; } = new(
        connection,
        "INSERT INTO exchanges(exchange_key, worker, at, job_id, attempt, previous, request_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");

    public SqliteInsert InsertResult { get; } = new(
        connection,
        """
        INSERT INTO exchanges(exchange_key, worker, at, done_job_id, done_attempt, started_at, result, original)
        VALUES (?1, ?2, ?3, ?8, ?9, ?10, ?11, ?12)
        """);

    public SqliteStatement EndHandOut { get; } = new(
        connection,
        "UPDATE exchanges SET ending = ?2, ended_at = ?3, error = ?4, exit_code = ?5, spends = ?6 WHERE exchange_key = ?1");

    public SqliteStatement ReviveHandOut { get; } = new(
        connection, "UPDATE exchanges SET ending = NULL, ended_at = NULL WHERE exchange_key = ?1");

    public SqliteStatement KeepLease { get; } = new(connection, "UPDATE exchanges SET lease_micros = ?2 WHERE exchange_key = ?1");

    public SqliteStatement InsertWorker { get; } = new(
        connection, "INSERT INTO workers(tag_id, number, id, in_process) VALUES (?1, ?2, ?3, ?4)");

    public SqliteInsert InsertDescription { get; } = new(
        connection, "INSERT INTO descriptions(description_key, description, original) VALUES (?1, ?2, ?3)");

    public SqliteStatement CancelJob { get; } = new(connection, "INSERT INTO cancelled_jobs(job_key) VALUES (?1)");

    public SqliteStatement ReopenJob { get; } = new(connection, "DELETE FROM cancelled_jobs WHERE job_key = ?1");

    public SqliteStatement DelayJob { get; } = new(
        connection, "UPDATE exchanges SET delayed_from = ?2, delayed_until = ?3 WHERE exchange_key = ?1");

    public SqliteStatement ForgiveAttempt { get; } = new(connection, "UPDATE exchanges SET spends = 0 WHERE exchange_key = ?1 RETURNING previous");

    public SqliteStatement ReadResult { get; } = new(connection, "SELECT result, original FROM exchanges WHERE exchange_key = ?1");

    public SqliteStatement ReadHandOut { get; } = new(
        connection,
        "SELECT attempt, worker, at, ending, previous, request_id FROM exchanges WHERE exchange_key = ?1");

    public SqliteStatement CountDuplicate { get; } = new(
        connection,
        "UPDATE tags SET duplicate_results = duplicate_results + 1, differing_results = differing_results + ?2 WHERE tag_id = ?1");

    public SqliteStatement NoteUse { get; } = new(connection, "UPDATE tags SET last_used_at = ?2, up_time_at_use = ?3 WHERE tag_id = ?1");

    public void Dispose()
    {
        foreach (var statement in (IDisposable[])
            [
                Begin, Commit, InsertExchange, InsertHandOut, InsertResult, EndHandOut, ReviveHandOut, KeepLease, InsertWorker, InsertDescription,
                CancelJob, ReopenJob, DelayJob, ForgiveAttempt, ReadResult, ReadHandOut, CountDuplicate, NoteUse,
            ])
        {
            statement.Dispose();
        }
    }
}
