using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Durability;

/// <summary>Files of older schemas hold after the upgrade what they held before.</summary>
public sealed class SqliteMigrationTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>Two tags: in the first, two jobs are done, one failed and is live again, one waits; in the second, one is done.</summary>
    private const string RowsOfVersion1 = """
        INSERT INTO tags(name, instance, view_key, created_at, last_used_at, description_count, repetitions, max_redistribution_attempts, lease_micros, policy)
            VALUES ('t', '11111111-2222-3333-4444-555555555555', x'01', 0, 0, 4, 1, 2, 60000000, 'WhenLost'),
                   ('u', '21111111-2222-3333-4444-555555555555', x'01', 0, 0, 1, 1, 1, 60000000, 'WhenLost');
        INSERT INTO descriptions SELECT (1 << 32) + value, '{"x":' || value || '}', NULL FROM json_each('[0,1,2,3]');
        INSERT INTO descriptions VALUES ((2 << 32), '{"x":9}', NULL);
        INSERT INTO workers VALUES (1, 1, 'a', 0), (1, 2, 'b', 0), (2, 1, 'c', 0);
        INSERT INTO hand_outs(hand_out_key, job_id, attempt, worker, request_id, handed_out_at, previous, ending, ended_at, error, exit_code) VALUES
            ((1 << 32) + 1, 0, 1, 1, 'q1', 100, NULL, NULL, NULL, NULL, NULL),
            ((1 << 32) + 2, 1, 1, 2, 'q2', 200, NULL, 'Failed', 250, 'it broke', 3),
            ((1 << 32) + 3, 2, 1, 1, NULL, 300, NULL, NULL, NULL, NULL, NULL),
            ((1 << 32) + 4, 1, 2, 1, 'q4', 400, 2, NULL, NULL, NULL, NULL),
            ((2 << 32) + 1, 0, 1, 1, NULL, 100, NULL, NULL, NULL, NULL, NULL);
        INSERT INTO results VALUES
            ((1 << 32) + 0, 2, 1, 1, 300, 350, '{"y":2}', NULL), ((1 << 32) + 1, 0, 1, 1, 100, 360, '{"y":null}', '{"y":NaN}'),
            ((2 << 32) + 0, 0, 1, 1, 100, 150, '{"y":9}', NULL);
        """;

    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Version_1_kept_hand_outs_and_results_in_tables_of_their_own()
    {
        var path = _directory.File("jobs.db");
        Execute(path, $"PRAGMA application_id = 0x5079726D; PRAGMA user_version = 1; {SqliteSchema.Migrations[0]} {RowsOfVersion1}");

        for (var opened = 0; opened < 2; opened++)
        {
            await using var store = JournaledJobStore.Sqlite(path, _time, NullLogger.Instance);
            await store.OpenAsync(None);
            var t = (await store.FindTagAsync("t", None))!;
            var results = await store.ReadResultsAsync(t, new ResultQuery { Order = ResultOrder.ByCompletion }, None);
            results.Select(result => (result.JobId, result.Result.ToString(), result.Attempt, result.Worker, Micros(result.StartedAt), Micros(result.DoneAt)))
                .Should().Equal((2, """{"y":2}""", 1, "a", 300, 350), (0, """{"y":null}""", 1, "a", 100, 360));
            System.Text.Encoding.UTF8.GetString(results[1].Result.Original.Span).Should().Be("""{"y":NaN}""");
            var jobs = (await store.ReadJobsAsync(t, new JobQuery(), None)).Jobs;
            jobs.Select(job => job.State).Should().Equal(JobState.Done, JobState.InProgress, JobState.Done, JobState.Waiting);
            jobs[1].Attempts.Select(attempt => (attempt.Attempt, attempt.State, attempt.Worker, attempt.Error, attempt.ExitCode))
                .Should().Equal((1, HandOutState.Failed, "b", "it broke", 3), (2, HandOutState.Live, "a", null, null));
            var u = (await store.FindTagAsync("u", None))!;
            (await store.ReadResultsAsync(u, new ResultQuery(), None)).Select(result => (result.Result.ToString(), result.Worker)).Should().Equal(("""{"y":9}""", "c"));
        }
    }

    [Fact]
    public async Task Work_goes_on_where_version_1_left_it()
    {
        var path = _directory.File("jobs.db");
        Execute(path, $"PRAGMA application_id = 0x5079726D; PRAGMA user_version = 1; {SqliteSchema.Migrations[0]} {RowsOfVersion1}");
        await using (var store = JournaledJobStore.Sqlite(path, _time, NullLogger.Instance))
        {
            await store.OpenAsync(None);
            var t = (await store.FindTagAsync("t", None))!;
            var again = await store.ExchangeAsync([t], new ExchangeRequest { Worker = "a", RequestId = "q4" }, None);
            again.Jobs.Should().ContainSingle().Which.JobId.Should().Be(1, "its answer may have been lost (S8)");
            var next = await store.ExchangeAsync([t], Brings("a", job: 1), None);
            next.Jobs.Should().ContainSingle().Which.JobId.Should().Be(3);
            (await store.ExchangeAsync([t], Brings("a", job: 3), None)).State.Should().Be(NextState.Done);
        }
        await using var reopened = JournaledJobStore.Sqlite(path, _time, NullLogger.Instance);
        await reopened.OpenAsync(None);
        var tag = (await reopened.FindTagAsync("t", None))!;
        (await reopened.ReadResultsAsync(tag, new ResultQuery { Order = ResultOrder.ByCompletion }, None)).Select(result => result.JobId)
            .Should().Equal(2, 0, 1, 3);
        (await reopened.ExchangeAsync([tag], Brings("b", job: 2) with { Count = 0 }, None)).Outcomes
            .Should().ContainSingle().Which.Should().Match<ReportOutcome>(outcome => outcome.Outcome == ReportVerdict.AlreadyDone && outcome.Differs);
    }

    [Fact]
    public async Task A_file_with_more_attempts_than_are_allowed_now_opens_and_its_jobs_are_handed_out()
    {
        var path = _directory.File("jobs.db");
        // Job 1 failed for good at its first attempt of 2^31 - 1 and was released at its second, which opened it again in those days.
        Execute(path, $"""
            PRAGMA application_id = 0x5079726D; PRAGMA user_version = 1; {SqliteSchema.Migrations[0]} {RowsOfVersion1}
            UPDATE tags SET max_redistribution_attempts = 2147483647;
            UPDATE hand_outs SET spends = 2147483646 WHERE hand_out_key = (1 << 32) + 2;
            UPDATE hand_outs SET ending = 'Released', ended_at = 410, spends = 0 WHERE hand_out_key = (1 << 32) + 4;
            """);
        await using var store = JournaledJobStore.Sqlite(path, _time, NullLogger.Instance);
        await store.OpenAsync(None);
        var tag = (await store.FindTagAsync("t", None))!;

        var answer = await store.ExchangeAsync([tag], new ExchangeRequest { Worker = "w", Count = 2 }, None);

        answer.Jobs.Select(job => (job.JobId, job.Attempt)).Should().Equal((3, 1), (1, 3));
        (await store.GetProgressAsync(tag, [], None)).MaxRedistributionAttempts.Should().Be(int.MaxValue);
    }

    private static ExchangeRequest Brings(string worker, int job) =>
        new() { Worker = worker, Done = [new DoneReport(job, JsonText.Parse("""{"y":1}"""))] };

    private static long Micros(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private static void Execute(string path, string sql)
    {
        PrivateFile.CreateIfMissing(path);
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
