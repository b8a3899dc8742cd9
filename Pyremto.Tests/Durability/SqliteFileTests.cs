using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Durability;

/// <summary>What a database file may be that is not a good one: each is refused with words that say what to do.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public Task A_missing_folder_is_named() => RefusesAsync(_directory.File("no/such/jobs.db"), "*does not exist*create it*");

    [Fact]
    public Task A_folder_in_the_place_of_the_file_is_named() => RefusesAsync(_directory.Path, "*is a folder*");

    [Fact]
    public async Task A_file_that_is_no_database_is_left_as_it_is()
    {
        var path = _directory.File("jobs.db");
        var text = string.Concat(Enumerable.Repeat("This is a novel.\n", 1000));
        PrivateFile.CreateEmpty(path);
        await File.WriteAllTextAsync(path, text);
        await RefusesAsync(path, "*not an SQLite database*");
        (await File.ReadAllTextAsync(path)).Should().Be(text);
    }

    [Fact]
    public async Task The_database_of_another_program_is_refused()
    {
        var path = _directory.File("other.db");
        Execute(path, "CREATE TABLE recipes(name TEXT)");
        await RefusesAsync(path, "*another program*");
    }

    [Fact]
    public async Task A_newer_schema_is_refused_and_left_as_it_is()
    {
        var path = _directory.File("jobs.db");
        await using (var store = Open(path))
            await store.OpenAsync(None);
        Execute(path, "PRAGMA user_version = 99");
        await RefusesAsync(path, "*newer version*99*");
        Query(path, "PRAGMA user_version").Should().Be(99);
    }

    [Fact]
    public async Task An_older_schema_is_copied_and_brought_forward_with_all_that_it_holds()
    {
        var path = _directory.File("jobs.db");
        await using (var old = Open(path))
        {
            await old.OpenAsync(None);
            var tag = await old.CreateTagAsync(Make.Record("t", Guid.Parse("11111111-2222-3333-4444-555555555555"), _time.GetUtcNow()), None);
            await old.SetUpJobsAsync(tag, Make.SetUp(jobs: 3), None);
        }
        await using var store = Open(path, [.. SqliteSchema.Migrations, "ALTER TABLE tags ADD COLUMN colour TEXT"]);
        await store.OpenAsync(None);
        (await store.GetProgressAsync((await store.FindTagAsync("t", None))!, [], None)).Waiting.Should().Be(3);
        Query($"{path}.backup-{SqliteSchema.Migrations.Count}", "SELECT COUNT(*) FROM descriptions").Should().Be(3);
        Query($"{path}.backup-{SqliteSchema.Migrations.Count}", "SELECT COUNT(*) FROM pragma_table_info('tags') WHERE name = 'colour'").Should().Be(0);
    }

    [Fact]
    public async Task A_file_that_another_coordinator_owns_is_refused_by_the_owners_name_and_the_owner_goes_on()
    {
        var path = _directory.File("jobs.db");
        await using var owner = Open(path);
        await owner.OpenAsync(None);
        await RefusesAsync(path, $"*in use by the coordinator on '{Environment.MachineName}' (process {Environment.ProcessId})*named pipe*HTTP*");
        await owner.CreateTagAsync(Make.Record("t", Guid.Parse("11111111-2222-3333-4444-555555555555"), _time.GetUtcNow()), None);
    }

    [SkippableFact]
    public async Task A_file_that_another_coordinator_owns_is_refused_under_another_name_too()
    {
        Skip.If(OperatingSystem.IsWindows(), "There links need rights of their own.");
        var path = _directory.File("jobs.db");
        await using var owner = Open(path);
        await owner.OpenAsync(None);
        Directory.CreateDirectory(_directory.File("elsewhere"));
        File.CreateSymbolicLink(_directory.File("elsewhere/link.db"), "../jobs.db");
        await RefusesAsync(_directory.File("elsewhere/link.db"), "*in use by the coordinator on*");
    }


    [Fact]
    public async Task A_file_is_free_again_when_its_coordinator_closed_it()
    {
        var path = _directory.File("jobs.db");
        await using (var first = Open(path))
            await first.OpenAsync(None);
        await using var second = Open(path);
        await second.OpenAsync(None);
    }

    [Fact]
    public async Task S14_a_full_disk_gives_store_unavailable_and_what_was_kept_before_stays()
    {
        var path = _directory.File("jobs.db");
        await using var store = Open(path, [.. SqliteSchema.Migrations, "PRAGMA max_page_count = 64"]); // SQLite's own "disk is full"
        await store.OpenAsync(None);
        var small = await store.CreateTagAsync(Make.Record("small", Guid.Parse("11111111-2222-3333-4444-555555555555"), _time.GetUtcNow()), None);
        await store.SetUpJobsAsync(small, Make.SetUp(jobs: 3), None);
        var large = await store.CreateTagAsync(Make.Record("large", Guid.Parse("21111111-2222-3333-4444-555555555555"), _time.GetUtcNow()), None);

        var failed = await FluentActions.Awaiting(() => store.SetUpJobsAsync(large, Make.SetUp(jobs: 50_000), None).AsTask())
            .Should().ThrowAsync<StoreUnavailableException>();
        failed.WithMessage("*full*");
        (await store.GetProgressAsync(large, [], None)).State.Should().Be(TagStatus.NotSetUp, "all or none (S1)");
        (await store.GetProgressAsync(small, [], None)).Waiting.Should().Be(3);
        await store.SetUpJobsAsync(large, Make.SetUp(jobs: 5), None);
    }

    [Fact]
    public async Task The_database_stays_readable_for_any_sqlite_tool_while_it_is_used()
    {
        var path = _directory.File("jobs.db");
        await using var store = Open(path);
        await store.OpenAsync(None);
        var tag = await store.CreateTagAsync(Make.Record("t", Guid.Parse("11111111-2222-3333-4444-555555555555"), _time.GetUtcNow()), None);
        await store.SetUpJobsAsync(tag, Make.SetUp(jobs: 3), None);
        await store.ExchangeAsync([tag], new ExchangeRequest { Worker = "w" }, None);
        await store.ExchangeAsync([tag], new ExchangeRequest { Worker = "w", Done = [new DoneReport(0, JsonText.Parse("""{"y":2}"""))] }, None);
        Query(path, "SELECT json_extract(result, '$.y') FROM finished_jobs WHERE tag = 't' AND job_id = 0 AND worker = 'w'").Should().Be(2);
    }

    private JournaledJobStore Open(string path, IReadOnlyList<string>? migrations = null) =>
        new(new GroupCommitExecutor(new SqliteJournal(path, _time, NullLogger.Instance, migrations), _time, NullLogger.Instance));

    private async Task RefusesAsync(string path, string words)
    {
        await using var store = Open(path);
        (await FluentActions.Awaiting(() => store.OpenAsync(None).AsTask()).Should().ThrowAsync<StoreUnavailableException>()).WithMessage(words);
    }

    private static void Execute(string path, string sql)
    {
        PrivateFile.CreateIfMissing(path);
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static long Query(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
