using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Schedulers;

/// <summary>Leases end while nobody asks for work: whoever only watches sees it (S10).</summary>
public abstract class LeaseTimerConformance(SchedulerUnderTest kind) : SchedulerConformance(kind)
{
    private static readonly TimeSpan Lease = 60 * Second;

    /// <summary>How far steps of a watch are apart.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    [Fact]
    public async Task S10_leases_end_one_after_the_other()
    {
        var tag = await TagAsync(jobs: 3, lease: Lease);
        for (var worker = 0; worker < 3; worker++)
        {
            await TakeAsync(tag, $"w{worker}");
            Time.Advance(10 * Second);
        }
        await using var watch = await WatchAsync(tag);

        for (var lost = 1; lost <= 3; lost++)
            (await NextAsync(watch, lost == 1 ? Lease - 30 * Second : 10 * Second)).Exhausted.Should().Be(lost);
    }

    [Fact]
    public async Task S10_a_hand_out_that_came_back_is_lost_again_when_its_worker_falls_silent()
    {
        var tag = await TagAsync(lease: Lease);
        await TakeAsync(tag, "w");
        await using var watch = await WatchAsync(tag);
        (await NextAsync(watch, Lease)).Exhausted.Should().Be(1);

        await Scheduler.HeartbeatAsync(new Heartbeat { Tags = [tag], Worker = "w", Jobs = [new HeldJob(0)] }, CancellationToken.None);
        (await NextAsync(watch, Step)).InProgress.Should().Be(1);

        (await NextAsync(watch, Lease)).Exhausted.Should().Be(1);
    }

    [Theory]
    [InlineData(-365 * 86_400)]
    [InlineData(-60)]
    [InlineData(60)]
    [InlineData(365 * 86_400)]
    public async Task S10_leases_end_in_their_time_whatever_the_wall_clock_is_set_to(int seconds)
    {
        var tag = await TagAsync(jobs: 2, lease: Lease);
        await TakeAsync(tag, "w1");
        Time.JumpWallClock(TimeSpan.FromSeconds(seconds));
        Time.Advance(Second);
        await TakeAsync(tag, "w2");
        await using var watch = await WatchAsync(tag);

        var lost = 0;
        for (var passed = 0; passed < 2 && lost < 2; passed++)
            lost = (await NextAsync(watch, Lease)).Exhausted;

        lost.Should().Be(2);
    }

    private async Task<IAsyncEnumerator<TagProgress>> WatchAsync(TagAccess tag)
    {
        var watch = Scheduler.WatchProgressAsync(tag, CancellationToken.None).GetAsyncEnumerator();
        (await watch.MoveNextAsync()).Should().BeTrue();
        return watch;
    }

    /// <summary>Lets time pass, and waits for what a watch shows then.</summary>
    private async Task<TagProgress> NextAsync(IAsyncEnumerator<TagProgress> watch, TimeSpan by)
    {
        var next = watch.MoveNextAsync().AsTask();
        Time.Advance(by);
        await Time.AdvanceUntilAsync(next, Step); // timers may be set behind the advance, and are due at once or a step later
        (await next).Should().BeTrue();
        return watch.Current;
    }
}
