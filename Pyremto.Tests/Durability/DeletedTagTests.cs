using System.Runtime.CompilerServices;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Durability;

/// <summary>A tag that was deleted is gone from memory too, though leases of it were running.</summary>
public sealed class DeletedTagTests
{
    [Fact]
    public void A_deleted_tag_whose_hand_outs_were_live_takes_no_memory()
    {
        var state = new StoreState(new MemoryJournal());

        var tag = CreateAndDelete(state);

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        tag.TryGetTarget(out _).Should().BeFalse();
        GC.KeepAlive(state);
    }

    [Fact]
    public void S19_a_deleted_tag_is_gone_at_once_and_its_rows_go_in_slices_over_restarts()
    {
        const int Jobs = 30_000;
        using var directory = new TempDirectory();
        var path = Path.Combine(directory.Path, "jobs.db");
        var (instance, another) = (Guid.Parse("11111111-2222-3333-4444-555555555555"), Guid.Parse("21111111-2222-3333-4444-555555555555"));
        using (var journal = new SqliteJournal(path, new FakeTimeProvider(), NullLogger.Instance))
        {
            var state = Open(journal);
            var tag = state.CreateTag(Make.Record("tag", instance, DateTimeOffset.UnixEpoch), now: 0);
            state.SetUp(tag, Make.SetUp(Jobs), DescriptionTable.Of(Make.SetUp(Jobs)), now: 0);
            state.Exchange(tag.Alone, new ExchangeRequest { Worker = "w", Count = 10 }, now: 0);
            journal.Commit();
            state.TakeNotices();

            state.Delete(tag, ifUnusedFor: null, now: 1);
            journal.Commit();

            state.TakeNotices().NotNeeded.Should().HaveCount(10);
            state.HasRemains.Should().BeTrue();
            Count(path, "tags").Should().Be(0);
            Count(path, "cancelled_jobs").Should().Be(0, "what nobody can read any more need not be written");
            Count(path, "descriptions").Should().Be(Jobs);
            var fresh = state.CreateTag(Make.Record("tag", another, DateTimeOffset.UnixEpoch), now: 2);
            state.SetUp(fresh, Make.SetUp(3), DescriptionTable.Of(Make.SetUp(3)), now: 2);
            state.Purge().Should().BeTrue("a slice is small");
            journal.Commit();
        }

        using (var journal = new SqliteJournal(path, new FakeTimeProvider(), NullLogger.Instance))
        {
            var state = Open(journal);
            state.FindTags("", null, 10).Should().ContainSingle().Which.Instance.Should().Be(another);
            state.HasRemains.Should().BeTrue();
            while (state.Purge())
                journal.Commit();
            journal.Commit();
        }

        (Count(path, "deleted_tags"), Count(path, "descriptions"), Count(path, "exchanges"), Count(path, "workers")).Should().Be((0, 3, 0, 0));
    }

    private static StoreState Open(SqliteJournal journal)
    {
        var state = new StoreState(journal);
        state.Restore(now: 0, processEnded: true);
        state.TakeNotices();
        return state;
    }

    private static int Count(string path, string table)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        return connection.ExecuteScalar<int>($"SELECT COUNT(*) FROM {table}");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference<TagState> CreateAndDelete(StoreState state)
    {
        var record = Make.Record("tag", Guid.Parse("11111111-2222-3333-4444-555555555555"), DateTimeOffset.UnixEpoch);
        state.CreateTag(record, now: 0);
        var setup = Make.SetUp(jobs: 2, n: 2);
        state.SetUp(record, setup, DescriptionTable.Of(setup), now: 0);
        foreach (var worker in new[] { null, "w" })
            state.Exchange(record.Alone, new ExchangeRequest { Worker = worker }, now: 0);
        var tag = new WeakReference<TagState>(state.Enter(record, now: 1));
        state.Delete(record, ifUnusedFor: null, now: 1);
        state.TakeNotices();
        return tag;
    }
}
