using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

/// <summary>A hand-out keeps the lease that its worker knows until the worker says that it knows the tag's (S10).</summary>
public abstract class ChangedLeaseConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    private static readonly TimeSpan Short = 3 * Second;

    [Fact]
    public async Task S10_a_shorter_lease_loses_no_worker_that_does_not_know_it()
    {
        var tag = await TagAsync(jobs: 1);
        await tag.TakeAsync("w");

        await tag.UpdateAsync(new TagUpdate { Lease = Short });

        await PassAsync(Lease - Second);
        (await tag.CountsAsync()).InProgress.Should().Be(1);
        await PassAsync(Second);
        (await tag.CountsAsync()).Exhausted.Should().Be(1);
    }

    [Fact]
    public async Task S10_a_worker_is_told_of_a_shorter_lease_until_it_says_that_it_knows_it_and_is_lost_by_it_then()
    {
        var tag = await TagAsync(jobs: 1);
        await tag.TakeAsync("w");
        await tag.UpdateAsync(new TagUpdate { Lease = Short });

        (await BeatAsync(tag, Lease)).Should().Be(Short);
        (await BeatAsync(tag, knows: null)).Should().Be(Short, "a worker that names no lease is taken to know the one that it was handed out with");
        await PassAsync(Short + Second);
        (await tag.CountsAsync()).InProgress.Should().Be(1, "the answers may have been lost");
        (await BeatAsync(tag, Short)).Should().BeNull();
        (await BeatAsync(tag, knows: null)).Should().BeNull();
        await PassAsync(Short - Second);
        (await tag.CountsAsync()).InProgress.Should().Be(1);
        await PassAsync(Second);

        (await tag.CountsAsync()).Exhausted.Should().Be(1);
    }

    [Fact]
    public async Task S10_a_longer_lease_holds_at_once_and_is_told()
    {
        var tag = await TagAsync(jobs: 1, lease: Short);
        await tag.TakeAsync("w");

        await tag.UpdateAsync(new TagUpdate { Lease = Lease });

        await PassAsync(Lease - Second);
        (await tag.CountsAsync()).InProgress.Should().Be(1);
        (await BeatAsync(tag, Short)).Should().Be(Lease);
        (await BeatAsync(tag, Lease)).Should().BeNull();
    }

    [Fact]
    public async Task S10_a_worker_that_was_told_of_a_longer_lease_is_not_lost_when_it_is_shortened_again()
    {
        var tag = await TagAsync(jobs: 1, lease: Short);
        await tag.TakeAsync("w");
        await tag.UpdateAsync(new TagUpdate { Lease = Lease });
        await BeatAsync(tag, Short);

        await tag.UpdateAsync(new TagUpdate { Lease = Short });

        await PassAsync(Lease - Second);
        (await tag.CountsAsync()).InProgress.Should().Be(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(30 * 86_400)]
    [InlineData(900_000_000_000)]
    public async Task S10_only_the_tags_own_lease_is_believed(double seconds)
    {
        var tag = await TagAsync(jobs: 1);
        await tag.TakeAsync("w");
        await tag.UpdateAsync(new TagUpdate { Lease = Short });

        (await BeatAsync(tag, TimeSpan.FromSeconds(seconds))).Should().Be(Short);

        await PassAsync(Lease - Second);
        (await tag.CountsAsync()).InProgress.Should().Be(1);
        await PassAsync(Second);
        (await tag.CountsAsync()).Exhausted.Should().Be(1);
    }

    [Fact]
    public async Task S10_hand_outs_of_one_worker_end_each_by_its_lease()
    {
        var tag = await TagAsync(jobs: 3);
        await tag.TakeAsync("w");
        await tag.UpdateAsync(new TagUpdate { Lease = Short });
        await tag.TakeAsync("w");
        await tag.UpdateAsync(new TagUpdate { Lease = 2 * Short });
        await tag.TakeAsync("w");

        await PassAsync(2 * Short - Second);
        (await tag.CountsAsync()).InProgress.Should().Be(3, "a longer lease holds at once");
        await PassAsync(Second);
        (await tag.CountsAsync()).InProgress.Should().Be(1);
        Store.NextDeadlineIn.Should().Be(Lease - 2 * Short);
        await PassAsync(Lease - 2 * Short);

        (await tag.CountsAsync()).Exhausted.Should().Be(3);
    }

    [Fact]
    public async Task S10_a_hand_out_that_a_heartbeat_leaves_out_has_the_lease_that_its_worker_knows()
    {
        var tag = await TagAsync(jobs: 1);
        await tag.TakeAsync("w");
        await tag.UpdateAsync(new TagUpdate { Lease = Short });
        Time.Advance(Lease - Second);

        await tag.BeatAsync("w", []);
        (await tag.CountsAsync()).InProgress.Should().Be(1, "an answer may still be under way to the worker");
        Time.Advance(Second);
        await tag.BeatAsync("w", []);

        (await tag.CountsAsync()).Exhausted.Should().Be(1);
    }

    [Fact]
    public async Task S10_a_lost_hand_out_that_comes_back_has_the_lease_that_its_worker_knows()
    {
        var tag = await TagAsync(jobs: 1);
        await tag.TakeAsync("w");
        await Store.SessionLostAsync(["w"], CancellationToken.None);
        await tag.UpdateAsync(new TagUpdate { Lease = Short });

        (await BeatAsync(tag, Lease)).Should().Be(Short);

        await PassAsync(Lease - Second);
        (await tag.CountsAsync()).InProgress.Should().Be(1);
    }

    /// <summary>The worker "w" says that it has job 0 and which lease it knows, and is told another one or none.</summary>
    private async Task<TimeSpan?> BeatAsync(TestTag tag, TimeSpan? knows)
    {
        var answer = await Store.HeartbeatAsync(
            tag.Record.Alone, new Heartbeat { Worker = "w", Jobs = [new HeldJob(0, Lease: knows)] }, CancellationToken.None);
        answer.NotNeeded.Should().BeEmpty();
        return answer.Leases?.Should().ContainSingle(job => job.JobId == 0).Subject.Lease;
    }
}
