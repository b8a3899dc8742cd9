using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

/// <summary>For stores whose data outlives them: reopening restores what becomes of live and lost hand-outs (S10).</summary>
public abstract class ReopenedLeasesConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    [Fact]
    public async Task S10_hand_outs_of_the_ended_process_are_lost()
    {
        var tag = await TagAsync(jobs: 2, n: 2);
        await tag.TakeAsync("inside", inProcess: true);
        await tag.TakeAsync("outside");

        await Harness.ReopenAsync();

        (await tag.JobAsync(0)).Attempts.Should().ContainSingle().Which.State.Should().Be(HandOutState.Lost);
        (await tag.JobAsync(1)).Attempts.Should().ContainSingle().Which.State.Should().Be(HandOutState.Live);
        (await tag.DoneAsync("inside", 0)).Outcome.Should().Be(ReportVerdict.Accepted);
    }

    [Fact]
    public async Task S10_other_hand_outs_start_a_full_lease()
    {
        var tag = await TagAsync(jobs: 1);
        await tag.TakeAsync("w");
        Time.Advance(Lease - Second);

        await Harness.ReopenAsync();

        Store.NextDeadline.Should().Be(Time.GetUtcNow() + Lease);
        await PassAsync(Lease - Second);
        (await tag.CountsAsync()).InProgress.Should().Be(1);
        await PassAsync(Second);
        (await tag.CountsAsync()).Exhausted.Should().Be(1);
    }

    [Fact]
    public async Task S10_time_while_closed_does_not_end_a_lease()
    {
        var tag = await TagAsync(jobs: 2);
        await tag.TakeAsync("w");
        await tag.TakeAsync(worker: null);
        Time.Advance(TimeSpan.FromDays(3));

        await Harness.ReopenAsync();
        await Store.ExpireAsync(CancellationToken.None);

        (await tag.CountsAsync()).InProgress.Should().Be(2);
    }

    [Fact]
    public async Task S10_what_was_lost_is_still_lost()
    {
        var tag = await TagAsync(jobs: 1, n: 2);
        await tag.TakeAsync("w");
        await PassAsync(Lease);

        await Harness.ReopenAsync();

        (await tag.CountsAsync()).Waiting.Should().Be(1);
        (await tag.TakeAsync("w")).Attempt.Should().Be(2);
    }
}
