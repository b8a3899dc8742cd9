using System.Collections;
using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Durability;

/// <summary>Pages that are read while the journal is opened again, as after a failed commit, or closed.</summary>
public sealed class PageReadingTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();
    private SqliteJournal _journal = null!;
    private GroupCommitExecutor _executor = null!;
    private TagRecord _tag = null!;

    public async Task InitializeAsync()
    {
        _journal = new SqliteJournal(_directory.File("jobs.db"), _time, NullLogger.Instance);
        _executor = new GroupCommitExecutor(_journal, _time, NullLogger.Instance);
        var store = new JournaledJobStore(_executor);
        await store.OpenAsync(None);
        _tag = await store.CreateTagAsync(Make.Record("t", Guid.Parse("11111111-2222-3333-4444-555555555555"), _time.GetUtcNow()), None);
        await store.SetUpJobsAsync(_tag, Make.SetUp(jobs: 3, n: 1), None);
        var given = await store.ExchangeAsync([_tag], new ExchangeRequest { Worker = "w", RequestId = "r", Count = 3 }, None);
        var done = given.Jobs.Select(job => new DoneReport(job.JobId, JsonText.Parse($"{{\"y\":{job.JobId}}}"))).ToArray();
        await store.ExchangeAsync([_tag], new ExchangeRequest { Worker = "w", Count = 0, Done = done }, None);
    }

    public async Task DisposeAsync()
    {
        await _executor.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_page_that_is_being_read_when_the_journal_is_opened_again_is_read_whole()
    {
        var page = await PageAsync();
        Task? opening = null;
        var jobs = new InterruptedList<JobPointer>(page.Jobs, () =>
        {
            opening = Task.Factory.StartNew(
                () => _journal.Open().Count(), None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            SpinWait.SpinUntil(() => opening.IsCompleted, TimeSpan.FromMilliseconds(300)); // it has the time to do harm
        });

        var results = await _executor.ReadAsync(static (reader, page) => reader.ReadResults(page.Tag, page.Jobs), (page.Tag, Jobs: jobs), None);

        results.Select(result => result.Result.ToString()).Should().Equal("{\"y\":0}", "{\"y\":1}", "{\"y\":2}");
        await opening!.WaitAsync(Deadline);
    }

    [Fact]
    public async Task Who_waits_to_read_when_the_store_is_closed_is_told()
    {
        var page = await PageAsync();
        using var hold = new ManualResetEventSlim();
        var first = _executor.ReadAsync(static (_, hold) => hold.Wait(Deadline), hold, None).AsTask();
        var closing = _executor.DisposeAsync().AsTask();
        var others = new List<Task<List<JobResult>>>();
        for (var i = 0; i < 1000; i++)
        {
            others.Add(_executor.ReadAsync(static (reader, page) => reader.ReadResults(page.Tag, page.Jobs), page, None).AsTask());
            await Task.Yield();
        }

        hold.Set();

        (await first).Should().BeTrue();
        await closing.WaitAsync(Deadline);
        foreach (var other in others)
        {
            try
            {
                (await other.WaitAsync(Deadline)).Should().HaveCount(3);
            }
            catch (StoreUnavailableException)
            {
                // It came after the store was closed.
            }
        }
    }

    private ValueTask<(TagState Tag, List<JobPointer> Jobs)> PageAsync() =>
        _executor.ExecuteAsync(static (state, tag, now) => state.PageOfResults(tag, new ResultQuery(), now), _tag, None);

    /// <summary>A list in the reading of which something happens after the first item.</summary>
    private sealed class InterruptedList<T>(IReadOnlyList<T> items, Action interruption) : IReadOnlyList<T>
    {
        public int Count => items.Count;

        public T this[int index] => items[index];

        public IEnumerator<T> GetEnumerator()
        {
            yield return items[0];
            interruption();
            foreach (var item in items.Skip(1))
                yield return item;
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
