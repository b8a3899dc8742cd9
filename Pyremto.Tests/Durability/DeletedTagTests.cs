using System.Runtime.CompilerServices;
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
