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

        Store.NextDeadlineIn.Should().Be(Lease);
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

    [Theory]
    [InlineData(60)]
    [InlineData(-60)]
    [InlineData(365 * 86_400)]
    [InlineData(-365 * 86_400)]
    public async Task S10_leases_end_in_their_time_whatever_the_wall_clock_is_set_to_across_restarts(int seconds)
    {
        var tag = await TagAsync(jobs: 4);
        await tag.TakeByManyAsync(3);
        await tag.TakeAsync(worker: null);
        await tag.DoneAsync("w3", 2);
        Time.JumpWallClock(TimeSpan.FromSeconds(seconds));

        await Harness.ReopenAsync();

        await PassAsync(Lease - Second);
        await tag.BeatAsync("w1");
        (await tag.CountsAsync()).InProgress.Should().Be(3);
        await PassAsync(Second);
        (await tag.JobAsync(0)).State.Should().Be(JobState.InProgress, "its worker sends heartbeats");
        (await tag.JobAsync(1)).State.Should().Be(JobState.Exhausted, "its worker is silent");
        await PassAsync(TimeSpan.FromDays(1));
        (await tag.JobAsync(3)).State.Should().Be(JobState.Exhausted, "an anonymous worker has a day");
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    public async Task S2_the_order_of_hand_outs_stands_whatever_the_wall_clock_was_set_to_between_them(int seconds)
    {
        var tag = await TagAsync(jobs: 3, n: 4);
        await tag.AskAsync("w", count: 3);
        foreach (var job in new[] { 1, 2, 0 })
        {
            Time.Advance(Second);
            Time.JumpWallClock(TimeSpan.FromSeconds(seconds));
            await tag.FailAsync("w", job);
            (await tag.TakeAsync("w")).JobId.Should().Be(job);
        }
        Time.JumpWallClock(-3 * TimeSpan.FromSeconds(seconds));

        await Harness.ReopenAsync();

        (await tag.TakeByManyAsync(3)).Should().Equal(1, 2, 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task S10_a_hand_out_still_has_the_lease_that_its_worker_knows(bool knowsTheShorterOne)
    {
        var shorter = 3 * Second;
        var tag = await TagAsync(jobs: 2);
        await tag.TakeAsync("w");
        await tag.UpdateAsync(new TagUpdate { Lease = shorter });
        await tag.TakeAsync("new");
        if (knowsTheShorterOne)
            await tag.BeatAsync("w", [new HeldJob(0, Lease: shorter)]);

        await Harness.ReopenAsync();

        await PassAsync(shorter - Second);
        (await tag.CountsAsync()).InProgress.Should().Be(2);
        await PassAsync(Second);
        (await tag.CountsAsync()).InProgress.Should().Be(knowsTheShorterOne ? 0 : 1);
        await PassAsync(Lease - shorter - Second);
        (await tag.CountsAsync()).InProgress.Should().Be(knowsTheShorterOne ? 0 : 1);
        await PassAsync(Second);
        (await tag.CountsAsync()).Exhausted.Should().Be(2);
    }

    [Fact]
    public async Task S10_what_came_back_is_still_live()
    {
        var tag = await TagAsync(jobs: 3, n: 2, RedistributionPolicy.WhenLost);
        await tag.AskAsync("w", count: 2);
        await tag.TakeAsync("other");
        await Store.SessionLostAsync(["w", "other"], CancellationToken.None);
        await tag.BeatAsync("w", [new HeldJob(1)]);

        await Harness.ReopenAsync();

        foreach (var (job, state) in new[] { (0, HandOutState.Lost), (1, HandOutState.Live), (2, HandOutState.Lost) })
            (await tag.JobAsync(job)).Attempts.Should().ContainSingle().Which.State.Should().Be(state);
        (await tag.DoneAsync("w", 1)).Outcome.Should().Be(ReportVerdict.Accepted);
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
