using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Durability;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Scheduling;

/// <summary>A lease that could not be ended when it was due is ended all the same (S10, S14).</summary>
public sealed class LeaseTimerTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task S10_a_lease_whose_end_could_not_be_kept_ends_a_second_later(int failures)
    {
        using var directory = new TempDirectory();
        var time = new FakeTimeProvider();
        var journal = new FaultyJournal(new SqliteJournal(directory.File("jobs.db"), time, NullLogger.Instance));
        var store = new JournaledJobStore(new GroupCommitExecutor(journal, time, NullLogger.Instance));
        await using var scheduler = new JobScheduler(store, new PyremtoOptions(), time, new SeededRandom(1), NullLogger<JobScheduler>.Instance);
        await scheduler.StartAsync(None);
        await scheduler.CreateTagAsync(new CreateTag { Tag = "t" }, None);
        var tag = new TagAccess("t");
        var lease = TimeSpan.FromMinutes(1);
        await scheduler.SetUpJobsAsync(tag, Make.SetUp(1, lease: lease), None);
        await scheduler.ExchangeAsync(new ExchangeRequest { Tags = [tag], Worker = "w" }, None);
        await time.UntilTimerAsync(lease);

        for (var failed = 0; failed < failures; failed++)
        {
            journal.Fault = CommitFault.BeforeKeeping;
            time.Advance(failed == 0 ? lease : TimeSpan.FromSeconds(1));
            await time.UntilTimerAsync(TimeSpan.FromSeconds(1));
        }
        time.Advance(TimeSpan.FromSeconds(1)); // a store that could not be read again is tried after a pause
        await using var watch = scheduler.WatchProgressAsync(tag, None).GetAsyncEnumerator();
        (await watch.MoveNextAsync()).Should().BeTrue();
        time.Advance(TimeSpan.FromSeconds(1) + lease); // memory was built up again, and leases begin with that

        var next = watch.MoveNextAsync().AsTask();
        await time.AdvanceUntilAsync(next, TimeSpan.FromSeconds(1));
        watch.Current.Exhausted.Should().Be(1);
    }
}
