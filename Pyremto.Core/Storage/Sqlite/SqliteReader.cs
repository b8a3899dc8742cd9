using Dapper;
using Microsoft.Data.Sqlite;

namespace Pyremto;

/// <summary>Reads pages of results, hand-outs and notes on a connection of its own, beside the writer.</summary>
internal sealed class SqliteReader(string path) : IJournalReader, IDisposable
{
    private const int MostAttemptsShown = 32;

    private SqliteConnection? _connection;
    private SqliteStatement? _readResult;

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
        [.. jobIds.Select(id => ReadAttempts(((SqliteTagJournal)tag.Journal).FirstKey + id, ((SqliteTagJournal)tag.Journal).TagId))];

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
        _connection?.Dispose();
    }

    private List<AttemptInfo> ReadAttempts(long jobKey, long tagId)
    {
        var winner = Connection.QueryFirstOrDefault<(long? Attempt, long? DoneAt)>(
            "SELECT attempt, done_at FROM results WHERE job_key = @jobKey", new { jobKey });
        var attempts = Connection.Query<(long Attempt, string? Ending, string? Worker, long At, long? EndedAt, string? Error, long? ExitCode)>(
            """
            SELECT attempt, ending, (SELECT id FROM workers WHERE tag_id = @tagId AND number = worker), handed_out_at, ended_at, error, exit_code
            FROM hand_outs WHERE job_key = @jobKey ORDER BY attempt DESC LIMIT @MostAttemptsShown
            """,
            new { jobKey, tagId, MostAttemptsShown })
            .Select(row => new AttemptInfo(
                (int)row.Attempt,
                row.Attempt == winner.Attempt ? HandOutState.Done
                    : row.Ending is { } ending ? Enum.Parse<HandOutState>(ending)
                    : winner.Attempt is not null ? HandOutState.Superseded
                    : HandOutState.Live,
                row.Worker,
                UnixTime.FromMicros(row.At),
                (row.EndedAt ?? winner.DoneAt) is { } ended ? UnixTime.FromMicros(ended) : null,
                row.Error,
                (int?)row.ExitCode))
            .ToList();
        attempts.Reverse();
        return attempts;
    }
}
