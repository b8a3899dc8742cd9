using Microsoft.Data.Sqlite;

namespace Pyremto.Benchmarks.Floors;

/// <summary>
/// The job queue that one writes in an afternoon, written well: one open connection, prepared statements, an index that leads straight
/// to the next job, WAL, synchronous=FULL. It has it easier than a scheduler: 64 cycles share a transaction, and nobody waits for it.
/// </summary>
internal static class PlainSqliteQueue
{
    private const int CyclesInATransaction = 64;

    private const string Jobs =
        "CREATE TABLE job (id INTEGER PRIMARY KEY, description TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, result TEXT)";

    private const string OpenJobs = "CREATE INDEX job_open ON job (attempts, id) WHERE result IS NULL";

    private const string Claim = """
        UPDATE job SET attempts = attempts + 1
        WHERE id = (SELECT id FROM job WHERE result IS NULL AND attempts < 3 ORDER BY attempts, id LIMIT 1)
        RETURNING id, description, attempts
        """;

    private const string Complete = "UPDATE job SET result = @result WHERE id = @id AND result IS NULL";

    /// <summary>Cycles a second (a job obtained and its result recorded) for as many jobs as there are descriptions.</summary>
    public static double Run(string directory, IReadOnlyList<string> descriptions, string result)
    {
        using var file = new SqliteFile(directory, "plain-queue.db");
        file.Execute(Jobs);
        file.Execute(OpenJobs);
        SetUp(file, descriptions);

        var id = new SqliteParameter("@id", SqliteType.Integer);
        using var begin = file.Prepare("BEGIN IMMEDIATE");
        using var claim = file.Prepare(Claim);
        using var complete = file.Prepare(Complete, id, new SqliteParameter("@result", result));
        using var commit = file.Prepare("COMMIT");

        var watch = Stopwatch.StartNew();
        for (var done = 0; done < descriptions.Count;)
        {
            begin.ExecuteNonQuery();
            for (var i = 0; i < CyclesInATransaction && done < descriptions.Count; i++, done++)
            {
                id.Value = ClaimOne(claim);
                complete.ExecuteNonQuery();
            }

            commit.ExecuteNonQuery();
        }

        var rate = descriptions.Count / watch.Elapsed.TotalSeconds;
        if (file.Count("SELECT count(*) FROM job WHERE result IS NOT NULL AND attempts = 1") != descriptions.Count)
            throw new InvalidOperationException("The plain queue lost jobs, so its rate means nothing.");
        return rate;
    }

    private static long ClaimOne(SqliteCommand claim)
    {
        using var reader = claim.ExecuteReader();
        if (!reader.Read())
            throw new InvalidOperationException("The plain queue is empty too early.");
        _ = reader.GetString(1);
        _ = reader.GetInt32(2);
        return reader.GetInt64(0);
    }

    private static void SetUp(SqliteFile file, IReadOnlyList<string> descriptions)
    {
        var description = new SqliteParameter("@description", SqliteType.Text);
        using var insert = file.Prepare("INSERT INTO job (description) VALUES (@description)", description);
        file.Execute("BEGIN IMMEDIATE");
        foreach (var text in descriptions)
        {
            description.Value = text;
            insert.ExecuteNonQuery();
        }

        file.Execute("COMMIT");
    }
}
