using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

public abstract class BudgetConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task S3_a_job_is_handed_out_at_most_N_times(int n)
    {
        var tag = await TagAsync(jobs: 1, n);
        for (var attempt = 1; attempt <= n; attempt++)
        {
            (await tag.TakeAsync("w")).Attempt.Should().Be(attempt);
            await tag.FailAsync("w", 0);
        }

        (await tag.StateForAsync("w")).Should().Be(NextState.Drained);
        (await tag.CountsAsync()).Should().Be(new JobCounts(0, 0, 0, Exhausted: 1, 0));
        (await tag.JobAsync(0)).Spent.Should().Be(n);
    }

    [Fact]
    public async Task S3_failures_and_losses_spend_the_same_budget()
    {
        var tag = await TagAsync(jobs: 1, n: 3);
        await tag.TakeAsync("w1");
        await tag.FailAsync("w1", 0);
        await tag.TakeAsync("w2");
        await PassAsync(Lease);
        await tag.TakeAsync("w3");
        await Store.SessionLostAsync(["w3"], CancellationToken.None);

        (await tag.StateForAsync("w4")).Should().Be(NextState.Drained);
        var job = await tag.JobAsync(0);
        job.State.Should().Be(JobState.Exhausted);
        job.Attempts.Select(attempt => attempt.State).Should().Equal(HandOutState.Failed, HandOutState.Lost, HandOutState.Lost);
    }

    [Fact]
    public async Task S3_a_final_failure_under_a_lowered_N_gives_no_attempt_back()
    {
        var tag = await TagAsync(jobs: 1, n: 3, RedistributionPolicy.WhenIdle);
        foreach (var worker in (string[])["w1", "w2", "w3"])
            await tag.TakeAsync(worker);
        await tag.UpdateAsync(new TagUpdate { MaxRedistributionAttempts = 1 });
        await tag.FailAsync("w1", 0, final: true);

        await tag.UpdateAsync(new TagUpdate { MaxRedistributionAttempts = 3 });

        (await tag.StateForAsync("w4")).Should().Be(NextState.Wait);
        (await tag.JobAsync(0)).Spent.Should().Be(3);
    }

    [Fact]
    public async Task S3_an_attempt_is_spent_at_the_hand_out()
    {
        var tag = await TagAsync(jobs: 1, n: 2);

        await tag.TakeAsync("w");

        (await tag.JobAsync(0)).Spent.Should().Be(1);
    }

    [Fact]
    public async Task S3_a_job_whose_last_attempt_is_live_is_in_progress()
    {
        var tag = await TagAsync(jobs: 1);

        await tag.TakeAsync("w");

        (await tag.CountsAsync()).Should().Be(new JobCounts(0, InProgress: 1, 0, 0, 0));
        (await tag.StateForAsync("other")).Should().Be(NextState.Wait);
    }

    [Fact]
    public async Task S3_every_call_of_an_anonymous_worker_spends_an_attempt()
    {
        var tag = await TagAsync(jobs: 1, n: 2);

        (await tag.TakeAsync(worker: null)).Attempt.Should().Be(1);
        (await tag.TakeAsync(worker: null)).Attempt.Should().Be(2);

        (await tag.StateForAsync(worker: null)).Should().Be(NextState.Wait);
    }

    [Fact]
    public async Task S3_attempts_of_many_callers_that_race_are_never_more_than_N()
    {
        const int Jobs = 20, N = 3;
        var tag = await TagAsync(Jobs, N);

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => TakeAllAsync($"w{i}"))));

        var handOuts = taken.SelectMany(jobs => jobs).ToList();
        handOuts.Should().HaveCount(Jobs * N);
        handOuts.Select(job => (job.JobId, job.Attempt)).Should().OnlyHaveUniqueItems();
        handOuts.Should().OnlyContain(job => job.Attempt <= N);

        async Task<List<HandOut>> TakeAllAsync(string worker)
        {
            var jobs = new List<HandOut>();
            while (await tag.AskAsync(worker) is { State: NextState.Job } answer)
                jobs.AddRange(answer.Jobs);
            return jobs;
        }
    }

    [Fact]
    public async Task Redistributed_counts_the_jobs_that_were_handed_out_more_than_once()
    {
        var tag = await TagAsync(jobs: 2, n: 3);
        await tag.TakeByManyAsync(2);
        (await tag.ProgressAsync()).Redistributed.Should().Be(0);

        await tag.FailAsync("w1", 0);
        await tag.TakeAsync("w1");
        (await tag.ProgressAsync()).Redistributed.Should().Be(1);
        await tag.FailAsync("w1", 0);
        await tag.TakeAsync("w3");
        await tag.FailAsync("w3", 1);
        await tag.TakeAsync("w3");

        (await tag.ProgressAsync()).Redistributed.Should().Be(2);
    }
}
