using Dapper;
using Microsoft.Data.Sqlite;

namespace Pyremto;

/// <summary>Reads everything that an SQLite file keeps into ledgers.</summary>
internal static class SqliteRestore
{
    public static List<RestoredTag> ReadTags(SqliteConnection connection, SqliteJournal journal)
    {
        var noteBytes = connection.Query<(long TagId, string Kind, long Bytes)>(
            "SELECT tag_id, kind, SUM(MAX(LENGTH(CAST(body AS BLOB)), IFNULL(LENGTH(CAST(original AS BLOB)), 0))) FROM notes GROUP BY tag_id, kind")
            .ToLookup(row => row.TagId);
        return [.. connection.Query<TagRow>("SELECT * FROM tags").Select(row => ReadTag(
            connection, row, new SqliteTagJournal(journal, row.tag_id),
            noteBytes[row.tag_id].ToDictionary(notes => notes.Kind, notes => notes.Bytes, StringComparer.Ordinal)))];
    }

    /// <summary>What a hand-out's ending says of it; one that has none may be live, or another brought the result.</summary>
    public static HandOutState StateOf(string? ending) => ending is null ? HandOutState.Live : Enum.Parse<HandOutState>(ending);

    private static RestoredTag ReadTag(
        SqliteConnection connection, TagRow row, SqliteTagJournal journal, Dictionary<string, long> noteBytes)
    {
        var record = new TagRecord
        {
            Name = row.name,
            Instance = Guid.Parse(row.instance),
            PasswordHash = row.password_hash,
            ViewKey = row.view_key,
            CreatedAt = UnixTime.FromMicros(row.created_at),
            CreationRequestId = row.creation_request_id,
        };
        if (row.description_count is not { } count)
            return new RestoredTag(record, journal, row.last_used_at, row.up_time_at_use, null, null, row.paused != 0, null, _ => { }, noteBytes);
        var settings = new LedgerSettings(
            (int)row.max_redistribution_attempts!, (long)row.lease_micros!, Enum.Parse<RedistributionPolicy>(row.policy!), row.paused != 0,
            row.retry_delay_micros);
        var descriptions = ReadDescriptions(connection, journal, new DescriptionTable((int)count, (int)row.repetitions!));
        return new RestoredTag(
            record, journal, row.last_used_at, row.up_time_at_use, row.set_up_request_id, settings, row.paused != 0, descriptions,
            ledger => ReadJobs(connection, journal, ledger, row), noteBytes);
    }

    private static DescriptionTable ReadDescriptions(SqliteConnection connection, SqliteTagJournal tag, DescriptionTable table)
    {
        using var read = RowsOf(
            connection, tag, "SELECT description_key, description, original FROM descriptions WHERE description_key BETWEEN ?1 AND ?2");
        while (read.Read())
            table.Set(NumberOf(read, 0), read.Text(1), read.IsNull(2) ? null : read.Text(2).ToArray());
        return table;
    }

    /// <summary>In the order that the ledger wants: workers, results, cancelled jobs, hand-outs.</summary>
    private static void ReadJobs(SqliteConnection connection, SqliteTagJournal tag, TagLedger ledger, TagRow row)
    {
        foreach (var (id, inProcess) in connection.Query<(string, long)>(
            "SELECT id, in_process FROM workers WHERE tag_id = @TagId ORDER BY number", new { tag.TagId }))
        {
            ledger.RestoreWorker(id, inProcess != 0);
        }
        using (var read = RowsOf(
            connection, tag,
            """
            SELECT exchange_key, done_job_id, worker, at FROM exchanges
            WHERE exchange_key BETWEEN ?1 AND ?2 AND done_job_id IS NOT NULL ORDER BY exchange_key
            """))
        {
            while (read.Read())
                ledger.RestoreResult(read.Int32(1), read.Int32(2), read.Int64(3), row: tag.LastRow = NumberOf(read, 0));
        }
        using (var read = RowsOf(connection, tag, "SELECT job_key FROM cancelled_jobs WHERE job_key BETWEEN ?1 AND ?2"))
        {
            while (read.Read())
                ledger.RestoreCancelled(NumberOf(read, 0));
        }
        using (var read = RowsOf(
            connection, tag,
            """
            SELECT exchange_key, job_id, attempt, worker, request_id, at, spends, ending, delayed_from, delayed_until, lease_micros FROM exchanges
            WHERE exchange_key BETWEEN ?1 AND ?2 AND job_id IS NOT NULL ORDER BY exchange_key
            """))
        {
            while (read.Read())
            {
                var ending = StateOf(read.String(7));
                var jobId = read.Int32(1);
                ledger.RestoreHandOut(
                    new HandOutEntry
                    {
                        JobId = jobId,
                        Attempt = read.Int32(2),
                        Row = NumberOf(read, 0),
                        Worker = read.Int32(3),
                        RequestId = ledger[jobId].State != JobState.Done ? read.String(4) : null,
                        At = read.Int64(5),
                        Lease = read.IsNull(10) ? 0 : read.Int64(10),
                        Spends = read.Int32(6),
                        IsLive = ending == HandOutState.Live,
                    },
                    ending);
                if (!read.IsNull(8))
                    ledger.RestoreDelay(jobId, new JobDelay(read.Int64(8), read.Int64(9)));
                tag.LastRow = Math.Max(tag.LastRow, NumberOf(read, 0));
            }
        }
        ledger.RestoreDuplicates(row.duplicate_results, row.differing_results);
    }

    private static SqliteStatement RowsOf(SqliteConnection connection, SqliteTagJournal tag, string sql) =>
        new SqliteStatement(connection, sql).Bind(1, tag.FirstKey).Bind(2, tag.LastKey);

    private static int NumberOf(SqliteStatement row, int column) => (int)(row.Int64(column) & uint.MaxValue);

#pragma warning disable IDE1006 // named as the columns are
    private sealed class TagRow
    {
        public long tag_id { get; init; }
        public string name { get; init; } = "";
        public string instance { get; init; } = "";
        public string? password_hash { get; init; }
        public byte[] view_key { get; init; } = [];
        public long created_at { get; init; }
        public string? creation_request_id { get; init; }
        public long last_used_at { get; init; }
        public long up_time_at_use { get; init; }
        public string? set_up_request_id { get; init; }
        public long? description_count { get; init; }
        public long? repetitions { get; init; }
        public long? max_redistribution_attempts { get; init; }
        public long? lease_micros { get; init; }
        public string? policy { get; init; }
        public long paused { get; init; }
        public long retry_delay_micros { get; init; }
        public long duplicate_results { get; init; }
        public long differing_results { get; init; }
    }
#pragma warning restore IDE1006
}
