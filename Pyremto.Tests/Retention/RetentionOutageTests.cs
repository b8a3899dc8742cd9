using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Durability;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Retention;

/// <summary>S17: no tag grows old by a store that cannot keep anything, however long that lasts.</summary>
public sealed class RetentionOutageTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private FaultyJournal _journal = null!;
    private JournaledJobStore _store = null!;
    private TagRecord _tag = null!;
    private Task _sweeping = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        _journal = new FaultyJournal(new SqliteJournal(_directory.File("jobs.db"), _time, NullLogger.Instance));
        _store = new JournaledJobStore(new GroupCommitExecutor(_journal, _time, NullLogger.Instance));
        await _store.OpenAsync(None);
        _tag = await _store.CreateTagAsync(Make.Record("idle", new Guid(1, 0, 0, new byte[8]), _time.GetUtcNow()), None);
        _sweeping = new RetentionSweep(
            _store, new PyremtoOptions { Retention = 24 * Hour }, _time, NullLogger<RetentionSweep>.Instance).RunAsync(_stop.Token);
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sweeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _store.DisposeAsync();
        _stop.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Forty_hours_on_a_full_disk_delete_nothing_afterwards()
    {
        _journal.IsFull = true;
        await PassHoursAsync(40);
        _journal.IsFull = false;

        await PassHoursAsync(24);
        (await ExistsAsync()).Should().BeTrue();
        await PassHoursAsync(1);
        (await ExistsAsync()).Should().BeFalse();
    }

    [Theory]
    [InlineData((int)CommitFault.BeforeKeeping)]
    [InlineData((int)CommitFault.AfterKeeping)]
    public async Task An_hour_whose_commit_fails_counts_at_most_once(int fault)
    {
        for (var hour = 0; hour < 20; hour++)
        {
            _journal.Fault = (CommitFault)fault;
            await PassHoursAsync(1);
            await _store.FindTagsAsync("", null, 10, None); // has memory built up again, so that the next commit is the note's
        }

        await PassHoursAsync(4);

        (await ExistsAsync()).Should().BeTrue();
    }

    [Theory]
    [InlineData((int)CommitFault.BeforeKeeping, 1)]
    [InlineData((int)CommitFault.AfterKeeping, 11)]
    public async Task After_a_failed_commit_the_store_goes_on_from_the_up_time_that_is_kept(int fault, int hours)
    {
        _journal.Fault = (CommitFault)fault;
        var note = () => _store.NoteUpTimeAsync(10 * Hour, None).AsTask();
        await note.Should().ThrowAsync<StoreUnavailableException>();

        await _store.NoteUpTimeAsync(Hour, None);

        (await _store.DeleteTagAsync(_tag, (hours * Hour) + TimeSpan.FromMicroseconds(1), None)).Should().BeFalse();
        (await _store.DeleteTagAsync(_tag, hours * Hour, None)).Should().BeTrue();
    }

    private async Task PassHoursAsync(int hours)
    {
        for (var hour = 0; hour < hours; hour++)
        {
            _time.Advance(Hour);
            await _time.UntilTimerAsync(Hour); // the sweep has done its work and waits again
        }
    }

    private async Task<bool> ExistsAsync() => await _store.FindTagAsync("idle", None) is not null;
}
