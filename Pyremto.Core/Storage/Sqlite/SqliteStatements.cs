using Microsoft.Data.Sqlite;

namespace Pyremto;

/// <summary>The prepared statements of the writer: the hot path's, and those that may run a million times.</summary>
internal sealed class SqliteStatements(SqliteConnection connection) : IDisposable
{
    public SqliteStatement Begin { get; } = new(connection, "BEGIN IMMEDIATE");

    public SqliteStatement Commit { get; } = new(connection, "COMMIT");

    public SqliteStatement InsertHandOut { get; } = new(
        connection, "INSERT INTO hand_outs(job_key, attempt, worker, request_id, handed_out_at) VALUES (?1, ?2, ?3, ?4, ?5)");

    public SqliteStatement InsertResult { get; } = new(
        connection,
        "INSERT INTO results(job_key, ordinal, attempt, worker, started_at, done_at, result, original) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");

    public SqliteStatement EndHandOut { get; } = new(
        connection,
        """
        UPDATE hand_outs SET ending = ?3, ended_at = ?4, error = ?5, exit_code = ?6, spends = ?7 WHERE job_key = ?1 AND attempt = ?2
        """);

    public SqliteStatement ReviveHandOut { get; } = new(
        connection, "UPDATE hand_outs SET ending = NULL, ended_at = NULL WHERE job_key = ?1 AND attempt = ?2");

    public SqliteStatement InsertWorker { get; } = new(
        connection, "INSERT INTO workers(tag_id, number, id, in_process) VALUES (?1, ?2, ?3, ?4)");

    public SqliteStatement InsertDescription { get; } = new(
        connection, "INSERT INTO descriptions(description_key, description, original) VALUES (?1, ?2, ?3)");

    public SqliteStatement CancelJob { get; } = new(connection, "INSERT INTO cancelled_jobs(job_key) VALUES (?1)");

    public SqliteStatement ForgiveAttempts { get; } = new(connection, "UPDATE hand_outs SET spends = 0 WHERE job_key = ?1");

    public SqliteStatement ReadResult { get; } = new(connection, "SELECT result, original FROM results WHERE job_key = ?1");

    public SqliteStatement FindHandOut { get; } = new(
        connection,
        """
        SELECT attempt, worker, handed_out_at, ending FROM hand_outs
        WHERE job_key = ?1 AND (attempt = ?3 OR ?3 IS NULL AND worker = ?2) ORDER BY attempt DESC LIMIT 1
        """);

    public SqliteStatement CountDuplicate { get; } = new(
        connection,
        "UPDATE tags SET duplicate_results = duplicate_results + 1, differing_results = differing_results + ?2 WHERE tag_id = ?1");

    public SqliteStatement NoteUse { get; } = new(connection, "UPDATE tags SET last_used_at = ?2 WHERE tag_id = ?1");

    public void Dispose()
    {
        foreach (var statement in (SqliteStatement[])
            [
                Begin, Commit, InsertHandOut, InsertResult, EndHandOut, ReviveHandOut, InsertWorker, InsertDescription, CancelJob, ForgiveAttempts,
                ReadResult, FindHandOut, CountDuplicate, NoteUse,
            ])
        {
            statement.Dispose();
        }
    }
}
