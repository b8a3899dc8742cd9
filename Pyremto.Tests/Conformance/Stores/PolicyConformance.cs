using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

public abstract class PolicyConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    [Fact]
    public async Task S10_when_idle_an_idle_worker_is_given_what_another_still_has()
    {
        var tag = await TagAsync(jobs: 1, n: 2);
        await tag.TakeAsync("w1");

        var copy = await tag.TakeAsync("w2");

        copy.JobId.Should().Be(0);
        copy.Attempt.Should().Be(2);
    }

    [Fact]
    public async Task S10_when_idle_a_worker_is_never_given_what_it_has_itself()
    {
        var tag = await TagAsync(jobs: 2, n: 3);
        await tag.TakeAsync("w1");
        await tag.TakeAsync("w2");

        (await tag.TakeAsync("w1")).JobId.Should().Be(1, "job 0 comes first, but w1 has it");
        (await tag.StateForAsync("w1")).Should().Be(NextState.Wait);
    }

    [Fact]
    public async Task S10_when_idle_a_worker_may_be_given_what_it_lost()
    {
        var tag = await TagAsync(jobs: 1, n: 2);
        await tag.TakeAsync("w");
        await PassAsync(Lease);

        (await tag.TakeAsync("w")).Attempt.Should().Be(2);
    }

    [Fact]
    public async Task S10_when_idle_many_jobs_of_its_own_do_not_hide_the_one_a_worker_may_have()
    {
        var tag = await TagAsync(jobs: 50, n: 2);
        await tag.AskAsync("w1", count: 49);
        await tag.TakeAsync("w2");

        (await tag.TakeAsync("w1")).JobId.Should().Be(49);
        (await tag.StateForAsync("w1")).Should().Be(NextState.Wait);
        (await tag.AskAsync("w2", count: 100)).Jobs.Should().HaveCount(49);
    }

    [Fact]
    public async Task S10_when_lost_nothing_is_computed_twice_at_a_time()
    {
        var tag = await TagAsync(jobs: 1, n: 2, RedistributionPolicy.WhenLost);
        await tag.TakeAsync("w1");

        (await tag.StateForAsync("w2")).Should().Be(NextState.Wait);
        (await tag.StateForAsync(worker: null)).Should().Be(NextState.Wait);
    }

    [Fact]
    public async Task S10_when_lost_a_lost_a_failed_or_a_released_job_is_given_again()
    {
        var tag = await TagAsync(jobs: 3, n: 2, RedistributionPolicy.WhenLost);
        await tag.TakeByManyAsync(3);
        await Store.SessionLostAsync(["w1"], CancellationToken.None);
        await tag.FailAsync("w2", 1);
        await tag.ReleaseAsync("w3", 2);

        (await tag.AskAsync("w", count: 9)).Jobs.Select(job => (job.JobId, job.Attempt)).Should().Equal((2, 2), (0, 2), (1, 2));
    }

    [Fact]
    public async Task S19_a_changed_policy_holds_at_once()
    {
        var tag = await TagAsync(jobs: 1, n: 3, RedistributionPolicy.WhenLost);
        await tag.TakeAsync("w1");

        await tag.UpdateAsync(new TagUpdate { Policy = RedistributionPolicy.WhenIdle });
        (await tag.TakeAsync("w2")).Attempt.Should().Be(2);
        await tag.UpdateAsync(new TagUpdate { Policy = RedistributionPolicy.WhenLost });

        (await tag.StateForAsync("w3")).Should().Be(NextState.Wait);
        (await tag.ProgressAsync()).Policy.Should().Be(RedistributionPolicy.WhenLost);
    }
}
