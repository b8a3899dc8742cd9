using Dapper;
using Microsoft.Data.Sqlite;

namespace Pyremto;

/// <summary>Reads pages of results, hand-outs and notes on a connection of its own, beside the writer.</summary>
internal sealed class SqliteReader(string path) : IJournalReader, IDisposable
{
    private const int MostAttemptsShown = 32;

    private SqliteConnection? _connection;
    private SqliteStatement? _readResult;
    private SqliteStatement? _readAttempts;

    private SqliteConnection Connection
    {
        get
        {
            if (_connection is not null)
                return _connection;
            var connection = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false,
            }.ConnectionString);
            connection.Open();
            return _connection = connection;
        }
    }

    public List<JobResult> ReadResults(TagState tag, IReadOnlyList<int> jobIds)
    {
        var journal = (SqliteTagJournal)tag.Journal;
        _readResult ??= new SqliteStatement(
            Connection,
            """
            SELECT attempt, started_at, done_at, result, original,
                (SELECT id FROM workers WHERE tag_id = job_key >> 32 AND number = worker)
            FROM results WHERE job_key = ?1
            """);
        var results = new List<JobResult>(jobIds.Count);
        foreach (var jobId in jobIds)
        {
            var row = _readResult.Bind(1, journal.FirstKey + jobId);
            if (row.Read())
            {
                results.Add(new JobResult
                {
                    JobId = jobId,
                    Repetition = tag.Descriptions!.RepetitionOf(jobId),
                    Description = tag.Descriptions.Of(jobId),
                    Result = JsonText.FromTrusted(row.Text(3).ToArray(), row.IsNull(4) ? null : row.Text(4).ToArray()),
                    Attempt = row.Int32(0),
                    Worker = row.String(5),
                    StartedAt = UnixTime.FromMicros(row.Int64(1)),
                    DoneAt = UnixTime.FromMicros(row.Int64(2)),
                });
            }
            row.Reset();
        }
        return results;
    }

    public List<List<AttemptInfo>> ReadAttempts(TagState tag, IReadOnlyList<int> jobIds) =>
        [.. jobIds.Select(id => ReadAttempts(((SqliteTagJournal)tag.Journal).FirstKey + id))];

    public List<TagNote> ReadNotes(TagState tag, string kind) =>
    [
        .. Connection.Query<(string Body, string? Original)>(
            "SELECT body, original FROM notes WHERE tag_id = @TagId AND kind = @kind ORDER BY note_id",
            new { ((SqliteTagJournal)tag.Journal).TagId, kind })
            .Select(row => new TagNote(kind, JsonText.FromTrusted(
                System.Text.Encoding.UTF8.GetBytes(row.Body),
                row.Original is null ? null : System.Text.Encoding.UTF8.GetBytes(row.Original)))),
    ];

    public void Dispose()
    {
        _readResult?.Dispose();
        _readAttempts?.Dispose();
        _connection?.Dispose();
    }

    private List<AttemptInfo> ReadAttempts(long jobKey)
    {
        _readAttempts ??= new SqliteStatement(
            Connection,
            $"""
            SELECT hand_outs.attempt, ending, (SELECT id FROM workers WHERE tag_id = hand_outs.job_key >> 32 AND number = hand_outs.worker),
                handed_out_at, IFNULL(ended_at, done_at), error, exit_code, results.attempt
            FROM hand_outs LEFT JOIN results ON results.job_key = hand_outs.job_key
            WHERE hand_outs.job_key = ?1 ORDER BY hand_outs.attempt DESC LIMIT {MostAttemptsShown}
            """);
        var attempts = new List<AttemptInfo>();
        var row = _readAttempts.Bind(1, jobKey);
        while (row.Read())
        {
            var attempt = row.Int32(0);
            var state = !row.IsNull(7) && row.Int32(7) == attempt ? HandOutState.Done
                : row.String(1) is { } ending ? Enum.Parse<HandOutState>(ending)
                : row.IsNull(7) ? HandOutState.Live
                : HandOutState.Superseded;
            attempts.Add(new AttemptInfo(
                attempt, state, row.String(2), UnixTime.FromMicros(row.Int64(3)),
                row.IsNull(4) ? null : UnixTime.FromMicros(row.Int64(4)), row.String(5), row.IsNull(6) ? null : row.Int32(6)));
        }
        attempts.Reverse();
        return attempts;
    }
}
