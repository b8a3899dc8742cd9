using Microsoft.Data.Sqlite;

namespace Pyremto;

/// <summary>The prepared statements of the writer: the hot path's, and those that may run a million times.</summary>
internal sealed class SqliteStatements(SqliteConnection connection) : IDisposable
{
    public SqliteStatement Begin { get; } = new(connection, "BEGIN IMMEDIATE");

    public SqliteStatement Commit { get; } = new(connection, "COMMIT");

    public SqliteStatement InsertHandOut { get; } = new(
        connection, "INSERT INTO hand_outs(hand_out_key, job_id, attempt, worker, request_id, handed_out_at, previous) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");

    public SqliteStatement InsertResult { get; } = new(
        connection,
        "INSERT INTO results(result_key, job_id, attempt, worker, started_at, done_at, result, original) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");

    public SqliteStatement EndHandOut { get; } = new(
        connection,
        "UPDATE hand_outs SET ending = ?2, ended_at = ?3, error = ?4, exit_code = ?5, spends = ?6 WHERE hand_out_key = ?1");

    public SqliteStatement ReviveHandOut { get; } = new(
        connection, "UPDATE hand_outs SET ending = NULL, ended_at = NULL WHERE hand_out_key = ?1");

    public SqliteStatement InsertWorker { get; } = new(
        connection, "INSERT INTO workers(tag_id, number, id, in_process) VALUES (?1, ?2, ?3, ?4)");

    public SqliteStatement InsertDescription { get; } = new(
        connection, "INSERT INTO descriptions(description_key, description, original) VALUES (?1, ?2, ?3)");

    public SqliteStatement CancelJob { get; } = new(connection, "INSERT INTO cancelled_jobs(job_key) VALUES (?1)");

    public SqliteStatement ForgiveAttempt { get; } = new(connection, "UPDATE hand_outs SET spends = 0 WHERE hand_out_key = ?1 RETURNING previous");

    public SqliteStatement ReadResult { get; } = new(connection, "SELECT result, original FROM results WHERE result_key = ?1");

    public SqliteStatement ReadHandOut { get; } = new(
        connection,
        "SELECT attempt, worker, handed_out_at, ending, previous FROM hand_outs WHERE hand_out_key = ?1");

    public SqliteStatement CountDuplicate { get; } = new(
        connection,
        "UPDATE tags SET duplicate_results = duplicate_results + 1, differing_results = differing_results + ?2 WHERE tag_id = ?1");

    public SqliteStatement NoteUse { get; } = new(connection, "UPDATE tags SET last_used_at = ?2 WHERE tag_id = ?1");

    public void Dispose()
    {
        foreach (var statement in (SqliteStatement[])
            [
                Begin, Commit, InsertHandOut, InsertResult, EndHandOut, ReviveHandOut, InsertWorker, InsertDescription, CancelJob, ForgiveAttempt,
                ReadResult, ReadHandOut, CountDuplicate, NoteUse,
            ])
        {
            statement.Dispose();
        }
    }
}
