using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Durability;

/// <summary>S14: while nothing can be kept, as on a full disk, changes are refused and what was kept can be read; nobody needs to do
/// anything when there is room again.</summary>
public sealed class OutageTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Lines _log = new();
    private FaultyJournal _journal = null!;
    private JournaledJobStore _store = null!;
    private TagRecord _tag = null!;

    public async Task InitializeAsync()
    {
        _journal = new FaultyJournal(new SqliteJournal(_directory.File("jobs.db"), _time, NullLogger.Instance));
        _store = new JournaledJobStore(new GroupCommitExecutor(_journal, _time, _log));
        await _store.OpenAsync(None);
        _tag = await _store.CreateTagAsync(Make.Record("t", new Guid(1, 0, 0, new byte[8]), _time.GetUtcNow()), None);
        await _store.SetUpJobsAsync(_tag, Make.SetUp(jobs: 10, n: 2, lease: TimeSpan.FromMinutes(1)), None);
        await _store.AddNoteAsync(_tag, new TagNote("k", JsonText.Parse("1")), replace: false, long.MaxValue, None);
        await AskAsync("w0");
        await _store.ExchangeAsync([_tag], new ExchangeRequest { Worker = "w0", Count = 0, Done = [new DoneReport(0, JsonText.Parse("{}"))] }, None);
        await AskAsync("w1");
    }

    public async Task DisposeAsync()
    {
        _journal.LetGo();
        await _store.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task What_was_kept_can_be_read_in_the_same_group_as_changes_that_are_refused_and_later()
    {
        var hold = _journal.HoldCommits();
        var first = AskAsync("w2");
        await _journal.CommitBegunAsync();
        var refused = AskAsync("w3"); // of one group with what follows
        var looks = LookAsync();
        _journal.IsFull = true;
        hold.SetResult();
        _journal.HoldCommits().SetResult();

        await ShouldBeRefusedAsync(first);
        await ShouldBeRefusedAsync(refused);
        await looks;
        for (var i = 0; i < 5; i++)
        {
            await ShouldBeRefusedAsync(AskAsync("w4"));
            _time.Advance(TimeSpan.FromHours(2)); // leases end meanwhile, and use is to be noted
            await LookAsync();
        }
    }

    [Fact]
    public async Task An_outage_is_one_line_in_the_log_when_it_begins_and_one_when_it_ends()
    {
        _journal.IsFull = true;
        for (var i = 0; i < 40; i++)
        {
            await ShouldBeRefusedAsync(AskAsync($"x{i}"));
            await LookAsync();
            if (i % 4 == 0)
                _time.Advance(TimeSpan.FromSeconds(0.3));
        }
        _log.Written.Should().ContainSingle().Which.Should().StartWith("Error: The store cannot keep changes");

        _journal.IsFull = false;
        _time.Advance(TimeSpan.FromSeconds(1));
        (await AskAsync("w")).HasJob.Should().BeTrue();
        (await AskAsync("v")).HasJob.Should().BeTrue();

        _log.Written.Should().HaveCount(2).And.HaveElementAt(1, "Warning: The store keeps changes again, after 4.0 s in which 40 were refused.");
    }

    [Fact]
    public async Task Looks_do_not_have_a_store_that_cannot_be_read_read_again_more_often_than_changes_are_tried()
    {
        (_journal.IsFull, _journal.IsLost) = (true, true);
        var before = _journal.Openings;
        await ShouldBeRefusedAsync(AskAsync("w2"));
        for (var i = 0; i < 100; i++)
            await ShouldBeRefusedAsync(_store.GetSummaryAsync(_tag, None).AsTask());
        (_journal.Openings - before).Should().BeLessThan(4);

        _journal.IsLost = false;
        _time.Advance(TimeSpan.FromSeconds(1));
        await LookAsync();
    }

    [Fact]
    public async Task S14_a_caller_learns_that_it_is_unknown_whether_a_change_took_effect_that_could_not_be_kept()
    {
        _journal.Fault = CommitFault.AfterKeeping;

        var change = await FluentActions.Awaiting(() => AskAsync("w2")).Should().ThrowAsync<StoreUnavailableException>();

        change.Which.Message.Should().Be(
            "The store could not keep the change: The disk is on fire. It is unknown whether it took effect: repeat the call.");
    }

    [Fact]
    public async Task S10_no_live_worker_is_lost_by_an_outage_that_is_longer_than_its_lease()
    {
        _journal.IsFull = true;
        await ShouldBeRefusedAsync(AskAsync("w2"));
        _time.Advance(TimeSpan.FromHours(1));
        await ShouldBeRefusedAsync(AskAsync("w2"));

        _journal.IsFull = false;
        _time.Advance(TimeSpan.FromSeconds(1));
        await AskAsync("w2");

        (await _store.GetProgressAsync(_tag, [], None)).InProgress.Should().Be(2);
    }

    [Fact]
    public async Task A_database_that_cannot_grow_is_read_on_the_same_connection_and_goes_on_when_there_is_room()
    {
        var path = _directory.File("small.db");
        await using var store = new JournaledJobStore(new GroupCommitExecutor(
            new SqliteJournal(path, _time, NullLogger.Instance, [.. SqliteSchema.Migrations, "PRAGMA max_page_count = 400"]), _time, _log));
        await store.OpenAsync(None);
        var ballast = await store.CreateTagAsync(Make.Record("ballast", new Guid(2, 0, 0, new byte[8]), _time.GetUtcNow()), None);
        var large = JsonText.Parse($$"""{"x":"{{new string('x', 500_000)}}"}""");
        await store.SetUpJobsAsync(ballast, Make.SetUp(1) with { Jobs = [large] }, None);
        var tag = await store.CreateTagAsync(Make.Record("t", new Guid(3, 0, 0, new byte[8]), _time.GetUtcNow()), None);
        await store.SetUpJobsAsync(tag, Make.SetUp(100), None);
        var kept = 0;
        while (await TryReportAsync())
            kept++;

        for (var i = 0; i < 3; i++)
        {
            (await TryReportAsync()).Should().BeFalse();
            (await store.GetProgressAsync(tag, [], None)).Done.Should().Be(kept);
            (await store.ReadResultsAsync(tag, new ResultQuery(), None)).Should().HaveCount(kept);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        await store.DeleteTagAsync(ballast, null, None);
        (await TryReportAsync()).Should().BeTrue();
        (await store.GetProgressAsync(tag, [], None)).Done.Should().Be(kept + 1);

        async Task<bool> TryReportAsync()
        {
            try
            {
                var job = (await store.ExchangeAsync([tag], new ExchangeRequest { Worker = "w", RequestId = $"r{kept}" }, None)).Jobs[0].JobId;
                var report = new ExchangeRequest { Worker = "w", Count = 0, Done = [new DoneReport(job, JsonText.Parse($"\"{new string('y', 100_000)}\""))] };
                await store.ExchangeAsync([tag], report, None);
                return true;
            }
            catch (StoreUnavailableException)
            {
                return false;
            }
        }
    }

    private Task<ExchangeAnswer> AskAsync(string worker) =>
        _store.ExchangeAsync([_tag], new ExchangeRequest { Worker = worker, RequestId = "r" }, None).AsTask();

    private async Task LookAsync()
    {
        (await _store.GetProgressAsync(_tag, [], None)).Should().Match<TagProgress>(progress => progress.Done == 1 && progress.InProgress == 1);
        (await _store.GetSummaryAsync(_tag, None)).Tag.Should().Be("t");
        (await _store.FindTagsAsync("", null, 10, None)).Should().ContainSingle();
        (await _store.ReadResultsAsync(_tag, new ResultQuery(), None)).Should().ContainSingle();
        (await _store.ReadJobsAsync(_tag, new JobQuery(), None)).Jobs.Should().HaveCount(10);
        (await _store.GetNotesAsync(_tag, "k", None)).Should().ContainSingle();
    }

    private static async Task ShouldBeRefusedAsync(Task call) =>
        await FluentActions.Awaiting(() => call).Should().ThrowAsync<StoreUnavailableException>();

    private sealed class Lines : ILogger
    {
        public ConcurrentQueue<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Enqueue($"{logLevel}: {formatter(state, exception)}");
    }
}
