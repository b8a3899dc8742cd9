using Dapper;
using Microsoft.Data.Sqlite;

namespace Pyremto;

/// <summary>The tables of the SQLite store and how a file of an older version is brought forward.</summary>
internal static class SqliteSchema
{
    /// <summary>"Pyrm": says that a file is ours.</summary>
    private const int ApplicationId = 0x5079726D;

    /// <summary>What leads from each version to the next, from the empty file on. Never change one that was released; add
    /// another.</summary>
    public static IReadOnlyList<string> Migrations { get; } =
    [
        """
        CREATE TABLE tags(
            tag_id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            instance TEXT NOT NULL,
            password_hash TEXT,
            view_key BLOB NOT NULL,
            created_at INTEGER NOT NULL,           -- all times: microseconds since 1970, UTC
            creation_request_id TEXT,
            last_used_at INTEGER NOT NULL,
            set_up_request_id TEXT,
            description_count INTEGER,             -- null until the jobs are set up
            repetitions INTEGER,
            max_redistribution_attempts INTEGER,
            lease_micros INTEGER,
            policy TEXT,
            paused INTEGER NOT NULL DEFAULT 0,
            duplicate_results INTEGER NOT NULL DEFAULT 0,
            differing_results INTEGER NOT NULL DEFAULT 0);

        -- every key below: tag_id * 2^32 + a number within the tag, so that a tag's rows are one range; job_id = repetition * description_count + index
        CREATE TABLE descriptions(description_key INTEGER PRIMARY KEY, description TEXT NOT NULL, original TEXT);
        CREATE TABLE workers(
            tag_id INTEGER NOT NULL, number INTEGER NOT NULL, id TEXT NOT NULL, in_process INTEGER NOT NULL,
            PRIMARY KEY(tag_id, number)) WITHOUT ROWID;
        -- hand-outs and results are only ever appended, in the order in which they happen: the fewest pages a commit
        CREATE TABLE hand_outs(
            hand_out_key INTEGER PRIMARY KEY, job_id INTEGER NOT NULL, attempt INTEGER NOT NULL, worker INTEGER NOT NULL, request_id TEXT,
            handed_out_at INTEGER NOT NULL, previous INTEGER, -- the job's hand-out before, or null
            spends INTEGER NOT NULL DEFAULT 1, ending TEXT, ended_at INTEGER, error TEXT, exit_code INTEGER);
        CREATE TABLE results(
            result_key INTEGER PRIMARY KEY, job_id INTEGER NOT NULL, attempt INTEGER NOT NULL, worker INTEGER NOT NULL,
            started_at INTEGER NOT NULL, done_at INTEGER NOT NULL, result TEXT NOT NULL, original TEXT);
        CREATE TABLE cancelled_jobs(job_key INTEGER PRIMARY KEY);
        CREATE TABLE notes(
            note_id INTEGER PRIMARY KEY, tag_id INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, original TEXT);
        CREATE INDEX notes_by_kind ON notes(tag_id, kind);
        CREATE TABLE coordinator(host TEXT NOT NULL, process INTEGER NOT NULL, opened_at INTEGER NOT NULL);

        -- for people with an SQLite tool
        CREATE VIEW finished_jobs AS
            SELECT tags.name AS tag, results.job_id, results.job_id / description_count AS repetition, descriptions.description, results.result,
                   results.attempt, workers.id AS worker,
                   datetime(started_at / 1000000, 'unixepoch') AS started_at, datetime(done_at / 1000000, 'unixepoch') AS done_at,
                   (done_at - started_at) / 1000000.0 AS duration_seconds
            FROM results
            JOIN tags ON tags.tag_id = result_key >> 32
            JOIN descriptions ON description_key = (tags.tag_id << 32) + results.job_id % description_count
            LEFT JOIN workers ON workers.tag_id = tags.tag_id AND workers.number = results.worker;
        """,
        """
        -- one row an exchange: the result that a worker brought, if any, and the job that it was handed in answer, if any (a long result
        -- has a row of its own); only ever appended, in the order in which they happen: the fewest pages a commit
        CREATE TABLE exchanges(
            exchange_key INTEGER PRIMARY KEY, worker INTEGER NOT NULL, at INTEGER NOT NULL,
            job_id INTEGER, attempt INTEGER, previous INTEGER, -- the job's hand-out before, or null
            spends INTEGER NOT NULL DEFAULT 1, done_job_id INTEGER, done_attempt INTEGER, started_at INTEGER,
            ending TEXT, ended_at INTEGER, exit_code INTEGER, request_id TEXT, error TEXT, -- of the job that was handed out
            result TEXT, original TEXT);
        INSERT INTO exchanges(
                exchange_key, worker, at, job_id, attempt, previous, spends, ending, ended_at, exit_code, request_id, error)
            SELECT hand_out_key, worker, handed_out_at, job_id, attempt, previous, spends, ending, ended_at, exit_code, request_id, error
            FROM hand_outs ORDER BY hand_out_key;
        -- results follow: to the number of each is added that of its tag's last hand-out, and 1, since theirs began at 0
        INSERT INTO exchanges(exchange_key, worker, at, done_job_id, done_attempt, started_at, result, original)
            SELECT result_key + last.number + 1, worker, done_at, job_id, attempt, started_at, result, original
            FROM results
            JOIN (SELECT hand_out_key >> 32 AS tag_id, MAX(hand_out_key & 0xFFFFFFFF) AS number FROM hand_outs GROUP BY 1) AS last
                ON last.tag_id = result_key >> 32
            ORDER BY result_key;
        DROP VIEW finished_jobs;
        DROP TABLE hand_outs;
        DROP TABLE results;

        CREATE VIEW finished_jobs AS
            SELECT tags.name AS tag, done_job_id AS job_id, done_job_id / description_count AS repetition, description, result,
                   done_attempt AS attempt, workers.id AS worker,
                   datetime(started_at / 1000000, 'unixepoch') AS started_at, datetime(at / 1000000, 'unixepoch') AS done_at,
                   (at - started_at) / 1000000.0 AS duration_seconds
            FROM exchanges
            JOIN tags ON tags.tag_id = exchange_key >> 32
            JOIN descriptions ON description_key = (tags.tag_id << 32) + done_job_id % description_count
            LEFT JOIN workers ON workers.tag_id = tags.tag_id AND workers.number = exchanges.worker
            WHERE done_job_id IS NOT NULL;
        """,
        """
        -- how long the store was open, over all starts, in microseconds: what says for how long a tag was not used
        ALTER TABLE coordinator ADD COLUMN up_time INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE tags ADD COLUMN up_time_at_use INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE tags ADD COLUMN retry_delay_micros INTEGER NOT NULL DEFAULT 0;
        -- with a job's newest hand-out, where the job failed: from when and until when it is not handed out again
        ALTER TABLE exchanges ADD COLUMN delayed_from INTEGER;
        ALTER TABLE exchanges ADD COLUMN delayed_until INTEGER;
        -- a hand-out's lease where it is another than its tag's, since its worker knows no other yet
        ALTER TABLE exchanges ADD COLUMN lease_micros INTEGER;
        -- tags of which rows are still to be removed
        CREATE TABLE deleted_tags(tag_id INTEGER PRIMARY KEY);
        """,
    ];

    /// <summary>Brings a file to the newest version; one that holds something already is copied first.</summary>
    /// <exception cref="StoreUnavailableException">It is not ours, or newer than this program.</exception>
    public static void Upgrade(SqliteConnection connection, string path, IReadOnlyList<string> migrations)
    {
        var version = connection.ExecuteScalar<int>("PRAGMA user_version");
        var applicationId = connection.ExecuteScalar<int>("PRAGMA application_id");
        var isEmpty = connection.ExecuteScalar<int>("SELECT COUNT(*) FROM sqlite_master") == 0;
        if (!isEmpty && applicationId != ApplicationId)
            throw new StoreUnavailableException($"'{path}' is the database of another program: choose another file.");
        if (version > migrations.Count)
        {
            throw new StoreUnavailableException(
                $"'{path}' was written by a newer version of Pyremto (schema {version}, known up to {migrations.Count}): update this program.");
        }
        if (version == migrations.Count)
            return;
        if (!isEmpty)
        {
            var backup = $"{path}.backup-{version}";
            PrivateFile.CreateEmpty(backup); // also where an upgrade was cut off before it changed anything
            connection.Execute("VACUUM INTO @backup", new { backup });
        }
        connection.Execute("BEGIN IMMEDIATE");
        for (var next = version; next < migrations.Count; next++)
            connection.Execute(migrations[next]);
        connection.Execute($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {migrations.Count}; COMMIT");
    }
}
