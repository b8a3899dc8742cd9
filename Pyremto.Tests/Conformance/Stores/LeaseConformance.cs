using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

public abstract class LeaseConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task S10_a_hand_out_is_lost_when_its_worker_was_silent_for_the_lease()
    {
        var tag = await TagAsync(jobs: 1, n: 2, lease: TimeSpan.FromSeconds(10));
        await tag.TakeAsync("w");

        await PassAsync(TimeSpan.FromSeconds(10) - Moment);
        (await tag.CountsAsync()).InProgress.Should().Be(1);
        await PassAsync(Moment);

        (await tag.CountsAsync()).Waiting.Should().Be(1);
        (await tag.JobAsync(0)).Attempts.Should().ContainSingle().Which.State.Should().Be(HandOutState.Lost);
    }

    [Fact]
    public async Task S10_a_heartbeat_renews_the_lease()
    {
        var tag = await TagAsync(jobs: 1);
        await tag.TakeAsync("w");
        for (var i = 0; i < 5; i++)
        {
            await PassAsync(Lease - Moment);
            await tag.BeatAsync("w", [new HeldJob(0)]);
        }

        await PassAsync(Lease - Moment);
        (await tag.CountsAsync()).InProgress.Should().Be(1);
        await PassAsync(Moment);
        (await tag.CountsAsync()).InProgress.Should().Be(0);
    }

    [Fact]
    public async Task S10_any_call_of_the_worker_is_a_sign_of_life()
    {
        var tag = await TagAsync(jobs: 2);
        await tag.TakeAsync("w");
        await PassAsync(Lease - Moment);
        await tag.TakeAsync("w");

        await PassAsync(Lease - Moment);

        (await tag.CountsAsync()).InProgress.Should().Be(2);
    }

    [Fact]
    public async Task S10_a_coordinator_whose_machine_slept_takes_nobody_for_lost_who_could_not_be_heard()
    {
        var tag = await TagAsync(jobs: 3, n: 1);
        await tag.TakeAsync("w");
        await tag.TakeAsync(worker: null);
        await PassAsync(Lease - Moment);

        Time.JumpWallClock(TimeSpan.FromHours(25));
        await tag.TakeAsync("other");
        (await tag.CountsAsync()).InProgress.Should().Be(3);

        await PassAsync(Lease - Moment);
        (await tag.CountsAsync()).InProgress.Should().Be(3, "a full lease begins");
        await PassAsync(Moment);
        (await tag.CountsAsync()).InProgress.Should().Be(1, "an anonymous worker has a day");
    }

    [Theory]
    [InlineData(60)]
    [InlineData(-60)]
    [InlineData(365 * 86_400)]
    [InlineData(-365 * 86_400)]
    public async Task S10_leases_end_in_their_time_whatever_the_wall_clock_is_set_to(int seconds)
    {
        var tag = await TagAsync(jobs: 3);
        await tag.TakeByManyAsync(2);
        await tag.TakeAsync(worker: null);
        await PassAsync(Lease / 2);

        Time.JumpWallClock(TimeSpan.FromSeconds(seconds));
        for (var beats = 0; beats < 6; beats++)
        {
            await PassAsync(Lease / 3);
            await tag.BeatAsync("w1");
        }

        (await tag.JobAsync(0)).State.Should().Be(JobState.InProgress, "its worker sends heartbeats");
        (await tag.JobAsync(1)).State.Should().Be(JobState.Exhausted, "its worker is silent");
        (await tag.JobAsync(2)).State.Should().Be(JobState.InProgress, "an anonymous worker has a day");
        await PassAsync(TimeSpan.FromDays(1));
        (await tag.JobAsync(2)).State.Should().Be(JobState.Exhausted);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Times_that_are_shown_follow_the_wall_clock_and_durations_do_not(int hours)
    {
        var tag = await TagAsync(jobs: 1);
        await tag.TakeAsync("w");
        Time.Advance(Second);

        Time.JumpWallClock(TimeSpan.FromHours(hours));
        await tag.DoneAsync("w", 0);

        var result = (await tag.ResultsAsync()).Single();
        (result.StartedAt, result.DoneAt).Should().Be((Time.GetUtcNow() - Second, Time.GetUtcNow()));
        var progress = await tag.ProgressAsync();
        (progress.LastResultAt, progress.Workers[0].LastSeen).Should().Be((Time.GetUtcNow(), Time.GetUtcNow()));
    }

    [Fact]
    public async Task S10_a_clock_that_is_set_by_a_second_helps_no_silent_worker()
    {
        var tag = await TagAsync(jobs: 1);
        await tag.TakeAsync("w");
        await PassAsync(Lease - TimeSpan.FromSeconds(1));

        Time.JumpWallClock(TimeSpan.FromSeconds(1));
        await PassAsync(TimeSpan.FromSeconds(1));

        (await tag.CountsAsync()).InProgress.Should().Be(0);
    }

    [Fact]
    public async Task S10_signs_of_one_worker_do_not_help_another()
    {
        var tag = await TagAsync(jobs: 2);
        await tag.TakeByManyAsync(2);
        await PassAsync(Lease - Moment);
        await tag.BeatAsync("w1");
        await PassAsync(Moment);

        (await tag.JobAsync(0)).State.Should().Be(JobState.InProgress);
        (await tag.JobAsync(1)).State.Should().Be(JobState.Exhausted);
    }

    [Fact]
    public async Task S10_the_next_deadline_is_the_earliest_end_of_a_lease()
    {
        var tag = await TagAsync(jobs: 2);
        Store.NextDeadlineIn.Should().BeNull();
        await tag.TakeAsync("w1");
        Store.NextDeadlineIn.Should().Be(Lease);
        Time.Advance(Second);
        await tag.TakeAsync("w2");
        Store.NextDeadlineIn.Should().Be(Lease - Second);

        await PassAsync(Lease - Second);

        Store.NextDeadlineIn.Should().Be(Second);
        await PassAsync(Second);
        Store.NextDeadlineIn.Should().BeNull();
    }

    [Fact]
    public async Task S10_an_earlier_deadline_is_told()
    {
        var slow = await TagAsync(jobs: 1, name: "slow");
        var quick = await TagAsync(jobs: 1, lease: Second, name: "quick");
        await slow.TakeAsync("w");
        (await ToldAsync()).DeadlineMoves.Should().BeGreaterThan(0);
        (await ToldAsync()).Clear();

        await quick.TakeAsync("w");

        (await ToldAsync()).DeadlineMoves.Should().BeGreaterThan(0);
        Store.NextDeadlineIn.Should().Be(Second);
    }

    [Fact]
    public async Task S10_a_job_that_a_heartbeat_names_is_live_again()
    {
        var tag = await TagAsync(jobs: 1, n: 2);
        await tag.TakeAsync("w");
        await PassAsync(Lease);
        (await tag.CountsAsync()).Waiting.Should().Be(1);

        (await tag.BeatAsync("w", [new HeldJob(0)])).Should().BeEmpty();

        (await tag.CountsAsync()).InProgress.Should().Be(1);
        (await tag.JobAsync(0)).Spent.Should().Be(1);
        (await tag.FailAsync("w", 0)).Outcome.Should().Be(ReportVerdict.Accepted);
    }

    [Fact]
    public async Task S10_a_job_that_another_has_meanwhile_is_live_again_too()
    {
        var tag = await TagAsync(jobs: 1, n: 2);
        await tag.TakeAsync("w1");
        await PassAsync(Lease);
        await tag.TakeAsync("w2");

        await tag.BeatAsync("w1", [new HeldJob(0, Attempt: 1)]);

        (await tag.JobAsync(0)).Attempts.Select(attempt => attempt.State).Should().Equal(HandOutState.Live, HandOutState.Live);
    }

    [Fact]
    public async Task S10_a_job_that_a_heartbeat_leaves_out_is_lost_a_lease_after_its_hand_out()
    {
        var tag = await TagAsync(jobs: 2, n: 2);
        await tag.AskAsync("w", count: 2);
        Time.Advance(Lease - Moment);
        await tag.BeatAsync("w", [new HeldJob(1)]);
        (await tag.CountsAsync()).InProgress.Should().Be(2, "an answer may still be under way to the worker");
        Time.Advance(2 * Moment);

        await tag.BeatAsync("w", [new HeldJob(1)]);

        (await tag.JobAsync(0)).State.Should().Be(JobState.Waiting);
        (await tag.JobAsync(1)).State.Should().Be(JobState.InProgress);
    }

    [Fact]
    public async Task S10_a_heartbeat_without_a_list_vouches_for_all()
    {
        var tag = await TagAsync(jobs: 2);
        await tag.AskAsync("w", count: 2);
        await PassAsync(Lease - Moment);
        await tag.BeatAsync("w");
        await PassAsync(Lease - Moment);

        await tag.BeatAsync("w");

        (await tag.CountsAsync()).InProgress.Should().Be(2);
    }

    [Fact]
    public async Task S10_a_lost_session_loses_all_hand_outs_of_its_workers_at_once()
    {
        var tag = await TagAsync(jobs: 4, n: 2, policy: RedistributionPolicy.WhenLost);
        await tag.AskAsync("w1", count: 2);
        await tag.AskAsync("w2");
        await tag.AskAsync("w3");

        await Store.SessionLostAsync(["w1", "w3", "unknown"], CancellationToken.None);

        (await tag.CountsAsync()).Should().Be(new JobCounts(Waiting: 3, InProgress: 1, 0, 0, 0));
        (await tag.JobAsync(2)).State.Should().Be(JobState.InProgress);
    }

    [Fact]
    public async Task S10_an_anonymous_hand_out_stays_live_for_24_hours()
    {
        var tag = await TagAsync(jobs: 1, n: 2, lease: Second);
        await tag.TakeAsync(worker: null);
        await PassAsync(TimeSpan.FromHours(24) - Moment);
        (await tag.CountsAsync()).InProgress.Should().Be(1);

        await PassAsync(Moment);

        (await tag.CountsAsync()).Waiting.Should().Be(1);
    }

    [Fact]
    public async Task S10_leases_of_many_workers_end_each_at_its_time()
    {
        var tag = await TagAsync(jobs: 10);
        for (var i = 0; i < 10; i++)
        {
            await tag.TakeAsync($"w{i}");
            Time.Advance(Second);
        }
        await PassAsync(Lease - 10 * Second - Moment);

        for (var lost = 0; lost <= 10; lost++)
        {
            (await tag.CountsAsync()).Exhausted.Should().Be(lost);
            await PassAsync(lost == 0 ? Moment : Second);
        }
    }

    [Fact]
    public async Task S10_a_heartbeat_of_a_worker_without_jobs_is_answered()
    {
        var tag = await TagAsync(jobs: 1);

        (await tag.BeatAsync("w")).Should().BeEmpty();
        (await tag.BeatAsync("w", [])).Should().BeEmpty();

        (await tag.CountsAsync()).Waiting.Should().Be(1);
    }
}
