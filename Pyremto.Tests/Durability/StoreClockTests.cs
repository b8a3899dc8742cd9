using Pyremto.Tests.Support;

namespace Pyremto.Tests.Durability;

/// <summary>How the store tells a machine that slept from one that is busy.</summary>
public sealed class StoreClockTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task S10_a_coordinator_that_is_held_up_while_it_looks_at_its_clocks_has_not_slept()
    {
        var time = new HoldingUpTime();
        await using var store = JournaledJobStore.InMemory(time);
        await store.OpenAsync(None);
        var tag = await store.CreateTagAsync(Make.Record("t", Guid.Parse("11111111-2222-3333-4444-555555555555"), time.GetUtcNow()), None);
        await store.SetUpJobsAsync(tag, Make.SetUp(jobs: 2, lease: TimeSpan.FromSeconds(10)), None);
        await store.ExchangeAsync([tag], new ExchangeRequest { Worker = "w1" }, None);
        time.Elapsed = TimeSpan.FromSeconds(10);
        time.HoldUp = TimeSpan.FromSeconds(5);
        await store.ExpireAsync(None);
        time.HoldUp = TimeSpan.Zero;
        await store.ExchangeAsync([tag], new ExchangeRequest { Worker = "w2" }, None);

        time.Elapsed += TimeSpan.FromSeconds(10);

        var progress = await store.GetProgressAsync(tag, [], None);
        (progress.InProgress, progress.Exhausted).Should().Be((0, 2), "w2 was silent for its lease, and could be heard all the time");
    }

    /// <summary>Time that goes on while the wall clock is read.</summary>
    private sealed class HoldingUpTime : TimeProvider
    {
        public TimeSpan Elapsed { get; set; }

        public TimeSpan HoldUp { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow()
        {
            var now = DateTimeOffset.UnixEpoch + Elapsed;
            Elapsed += HoldUp;
            return now;
        }

        public override long GetTimestamp() => Elapsed.Ticks;
    }
}
