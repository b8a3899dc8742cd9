using Dapper;
using Microsoft.Data.Sqlite;

namespace Pyremto;

/// <summary>
/// Reads pages of results, hand-outs and notes on a connection of its own, beside the writer. Who disposes of it, as the writer does where a
/// commit failed, waits for the page that is being read. Thread-safe.
/// </summary>
internal sealed class SqliteReader(string path) : IJournalReader, IDisposable
{
    private const int MostAttemptsShown = 32;
    private const int MostBytesInAPage = 4 << 20;

    private readonly Lock _gate = new();
    private SqliteConnection? _connection;
    private SqliteStatement? _readResult;
    private SqliteStatement? _readHandOut;
    private SqliteStatement? _readWinner;
    private bool _isDisposed;

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

    public List<JobResult> ReadResults(TagState tag, IReadOnlyList<JobPointer> jobs) => Alone(() => ResultsOf(tag, jobs));

    public List<List<AttemptInfo>> ReadAttempts(TagState tag, IReadOnlyList<JobPointer> jobs) =>
        Alone(() => AttemptPage.Read(jobs, job => AttemptsOf((SqliteTagJournal)tag.Journal, job)));

    public List<TagNote> ReadNotes(TagState tag, string kind) => Alone(() => NotesOf((SqliteTagJournal)tag.Journal, kind));

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _readResult?.Dispose();
            _readHandOut?.Dispose();
            _readWinner?.Dispose();
            _connection?.Dispose();
        }
    }

    private T Alone<T>(Func<T> read)
    {
        lock (_gate)
        {
            return _isDisposed
                ? throw new StoreUnavailableException("The store is closed, or is being opened again since it could not keep a change; repeat the call.")
                : read();
        }
    }

    private List<JobResult> ResultsOf(TagState tag, IReadOnlyList<JobPointer> jobs)
    {
        var journal = (SqliteTagJournal)tag.Journal;
        _readResult ??= new SqliteStatement(
            Connection,
            """
            SELECT done_attempt, started_at, at, result, original,
                (SELECT id FROM workers WHERE tag_id = exchange_key >> 32 AND number = worker)
            FROM exchanges WHERE exchange_key = ?1
            """);
        var results = new List<JobResult>(jobs.Count);
        var bytes = 0;
        foreach (var job in jobs)
        {
            if (bytes > MostBytesInAPage)
                break;
            var row = _readResult.Bind(1, journal.FirstKey + job.ResultRow);
            if (row.Read())
            {
                results.Add(new JobResult
                {
                    JobId = job.JobId,
                    Repetition = tag.Descriptions!.RepetitionOf(job.JobId),
                    Description = tag.Descriptions.Of(job.JobId),
                    Result = JsonText.FromTrusted(row.Text(3).ToArray(), row.IsNull(4) ? null : row.Text(4).ToArray()),
                    Attempt = row.Int32(0),
                    Worker = row.String(5),
                    StartedAt = UnixTime.FromMicros(row.Int64(1)),
                    DoneAt = UnixTime.FromMicros(row.Int64(2)),
                });
                bytes += results[^1].Result.Length;
            }
            row.Reset();
        }
        return results;
    }

    private List<TagNote> NotesOf(SqliteTagJournal journal, string kind) =>
    [
        .. Connection.Query<(string Body, string? Original)>(
            "SELECT body, original FROM notes WHERE tag_id = @TagId AND kind = @kind ORDER BY note_id", new { journal.TagId, kind })
            .Select(row => new TagNote(kind, JsonText.FromTrusted(
                System.Text.Encoding.UTF8.GetBytes(row.Body),
                row.Original is null ? null : System.Text.Encoding.UTF8.GetBytes(row.Original)))),
    ];

    private List<AttemptInfo> AttemptsOf(SqliteTagJournal journal, JobPointer job)
    {
        _readHandOut ??= new SqliteStatement(
            Connection,
            """
            SELECT attempt, ending, (SELECT id FROM workers WHERE tag_id = exchange_key >> 32 AND number = worker), at, ended_at,
                error, exit_code, previous
            FROM exchanges WHERE exchange_key = ?1
            """);
        var (winner, doneAt) = ReadWinner(journal, job);
        var attempts = new List<AttemptInfo>();
        for (var number = job.LastRow; number != 0 && attempts.Count < MostAttemptsShown;)
        {
            var row = _readHandOut.Bind(1, journal.FirstKey + number);
            if (!row.Read())
                break; // gone with its tag
            var attempt = row.Int32(0);
            var state = attempt == winner ? HandOutState.Done
                : row.String(1) is { } ending ? Enum.Parse<HandOutState>(ending)
                : winner is null ? HandOutState.Live
                : HandOutState.Superseded;
            attempts.Add(new AttemptInfo(
                attempt, state, row.String(2), UnixTime.FromMicros(row.Int64(3)),
                row.IsNull(4) ? doneAt : UnixTime.FromMicros(row.Int64(4)), row.String(5), row.IsNull(6) ? null : row.Int32(6)));
            number = row.Int32(7);
            row.Reset();
        }
        attempts.Reverse();
        return attempts;
    }

    /// <summary>Which attempt brought the result, and when.</summary>
    private (int? Attempt, DateTimeOffset? DoneAt) ReadWinner(SqliteTagJournal journal, JobPointer job)
    {
        if (job.ResultRow == 0)
            return (null, null);
        _readWinner ??= new SqliteStatement(Connection, "SELECT done_attempt, at FROM exchanges WHERE exchange_key = ?1");
        var row = _readWinner.Bind(1, journal.FirstKey + job.ResultRow);
        (int?, DateTimeOffset?) winner = row.Read() ? (row.Int32(0), UnixTime.FromMicros(row.Int64(1))) : (null, null);
        row.Reset();
        return winner;
    }
}
