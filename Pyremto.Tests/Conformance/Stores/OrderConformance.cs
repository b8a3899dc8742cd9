using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

public abstract class OrderConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    [Fact]
    public async Task S2_jobs_are_handed_out_in_the_order_of_their_ids_at_first()
    {
        var tag = await TagAsync(jobs: 4);

        (await tag.TakeByManyAsync(4)).Should().Equal(0, 1, 2, 3);
    }

    [Fact]
    public async Task S2_several_jobs_are_given_in_the_same_order()
    {
        var tag = await TagAsync(jobs: 4);

        var answer = await tag.AskAsync("w", count: 3);

        answer.Jobs.Select(job => job.JobId).Should().Equal(0, 1, 2);
        answer.Jobs.Select(job => job.Attempt).Should().OnlyContain(attempt => attempt == 1);
    }

    [Fact]
    public async Task S2_nothing_is_redistributed_before_everything_was_handed_out_once()
    {
        var tag = await TagAsync(jobs: 3, n: 3);
        await tag.TakeAsync("w");
        await tag.FailAsync("w", 0);

        (await tag.TakeByManyAsync(2)).Should().Equal(1, 2);
        var next = await tag.TakeAsync("w");

        next.JobId.Should().Be(0);
        next.Attempt.Should().Be(2);
    }

    [Fact]
    public async Task S2_fewest_attempts_spent_come_first_even_if_another_worker_still_has_the_job()
    {
        var tag = await TagAsync(jobs: 2, n: 3);
        await tag.TakeByManyAsync(2);
        await tag.FailAsync("w1", 0);
        (await tag.TakeAsync("w1")).JobId.Should().Be(0);
        await tag.FailAsync("w1", 0);

        var next = await tag.TakeAsync("w3");

        next.JobId.Should().Be(1, "job 0 is free but spent twice, job 1 is live elsewhere but spent once");
    }

    [Fact]
    public async Task S2_among_equals_a_failed_job_comes_before_one_still_live_elsewhere()
    {
        var tag = await TagAsync(jobs: 2, n: 2);
        await tag.TakeAsync("w1");
        Time.Advance(Second);
        await tag.TakeAsync("w2");
        await tag.FailAsync("w2", 1);

        (await tag.TakeAsync("w3")).JobId.Should().Be(1);
    }

    [Fact]
    public async Task S2_among_equals_a_lost_job_comes_before_one_still_live_elsewhere()
    {
        var tag = await TagAsync(jobs: 2, n: 2);
        await tag.TakeAsync("w1");
        Time.Advance(Second);
        await tag.TakeAsync("w2");
        await Store.SessionLostAsync(["w2"], CancellationToken.None);

        (await tag.TakeAsync("w3")).JobId.Should().Be(1);
    }

    [Fact]
    public async Task S2_among_equals_the_one_longest_ago_handed_out_comes_first()
    {
        var tag = await TagAsync(jobs: 3, n: 9);
        await HandOutAtAsync(2, 0, 1);

        (await tag.TakeByManyAsync(3)).Should().Equal(2, 0, 1);

        async Task HandOutAtAsync(params int[] order)
        {
            await tag.AskAsync("w", count: 3);
            foreach (var job in order)
            {
                Time.Advance(Second);
                await tag.ReleaseAsync("w", job);
                (await tag.TakeAsync("w")).JobId.Should().Be(job);
            }
            foreach (var job in order)
                await tag.FailAsync("w", job);
        }
    }

    [Fact]
    public async Task S2_among_jobs_live_elsewhere_the_one_longest_ago_handed_out_comes_first()
    {
        var tag = await TagAsync(jobs: 2, n: 9);
        await tag.AskAsync("w", count: 2);
        Time.Advance(Second);
        await tag.ReleaseAsync("w", 0);
        (await tag.TakeAsync("w")).JobId.Should().Be(0);

        (await tag.TakeByManyAsync(2)).Should().Equal(1, 0);
    }

    [Fact]
    public async Task S2_a_released_job_comes_behind_those_never_handed_out()
    {
        var tag = await TagAsync(jobs: 3);
        await tag.TakeAsync("w");
        await tag.ReleaseAsync("w", 0);

        (await tag.TakeByManyAsync(3)).Should().Equal(1, 2, 0);
    }

    [Fact]
    public async Task S2_what_was_handed_out_at_the_same_moment_is_taken_by_id()
    {
        var tag = await TagAsync(jobs: 4, n: 2);
        await tag.AskAsync("w", count: 4);
        foreach (var job in new[] { 3, 1, 0, 2 })
            await tag.FailAsync("w", job);

        (await tag.TakeByManyAsync(4)).Should().Equal(0, 1, 2, 3);
    }

    [Fact]
    public async Task S2_a_clock_that_jumps_back_does_not_turn_the_order_round()
    {
        var tag = await TagAsync(jobs: 2, n: 2);
        await tag.AskAsync("w", count: 2);
        Time.Advance(Second);
        await tag.ReleaseAsync("w", 0);
        await tag.TakeAsync("w");
        Time.JumpWallClock(TimeSpan.FromHours(-1));
        await tag.ReleaseAsync("w", 0);
        await tag.TakeAsync("w");

        (await tag.TakeByManyAsync(2)).Should().Equal(1, 0);
    }
}
