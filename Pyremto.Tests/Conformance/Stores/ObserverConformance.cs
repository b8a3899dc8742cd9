using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

public abstract class ObserverConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    [Fact]
    public async Task S7_a_set_up_is_told_to_those_who_wait()
    {
        var tag = await EmptyTagAsync();

        await HasToTellAsync(() => tag.SetUpAsync(Make.SetUp(2)), TagChangeKinds.Answer);
    }

    [Fact]
    public async Task S7_a_pause_and_its_end_are_told_to_those_who_wait()
    {
        var tag = await TagAsync(jobs: 1);

        await HasToTellAsync(tag.PauseAsync, TagChangeKinds.Answer);
        await HasToTellAsync(tag.ResumeAsync, TagChangeKinds.Answer);
    }

    [Fact]
    public async Task S7_a_job_that_opens_is_told()
    {
        var tag = await TagAsync(jobs: 3, n: 2, RedistributionPolicy.WhenLost);
        await tag.TakeByManyAsync(3);

        await HasToOpenAsync(() => tag.ReleaseAsync("w1", 0));
        await HasToOpenAsync(() => tag.FailAsync("w2", 1));
        await HasToOpenAsync(async () => await Store.SessionLostAsync(["w3"], CancellationToken.None));
        await tag.TakeByManyAsync(3);
        await HasToOpenAsync(() => PassAsync(Lease + Lease));
    }

    [Fact]
    public async Task S7_a_lease_that_a_refused_call_finds_ended_opens_its_job_all_the_same()
    {
        var tag = await TagAsync(jobs: 1, n: 2, RedistributionPolicy.WhenLost);
        await tag.TakeAsync("w");
        await HasToOpenAsync(async () =>
        {
            Time.Advance(Lease);
            await FluentActions.Awaiting(() => tag.SetUpAsync(Make.SetUp(1))).Should().ThrowAsync<JobsAlreadySetUpException>();
        });
    }

    [Fact]
    public async Task S7_a_retry_and_a_greater_N_open_jobs()
    {
        var tag = await ExhaustedTagAsync();

        await HasToOpenAsync(() => tag.RetryAsync());
        await tag.TakeAsync("w");
        await tag.FailAsync("w", 0);
        await HasToOpenAsync(() => tag.UpdateAsync(new TagUpdate { MaxRedistributionAttempts = 3 }));
    }

    [Theory]
    [InlineData(RedistributionPolicy.WhenIdle)]
    [InlineData(RedistributionPolicy.WhenLost)]
    public async Task S7_a_retry_of_a_job_that_was_cancelled_before_it_was_handed_out_opens_it(RedistributionPolicy policy)
    {
        var tag = await TagAsync(jobs: 2, policy: policy);
        await tag.TakeAsync("w");
        await tag.CancelAsync(1);

        await HasToOpenAsync(() => tag.RetryAsync([1], cancelled: true));
    }

    [Fact]
    public async Task S7_drained_and_done_are_told_to_those_who_wait()
    {
        var drained = await TagAsync(jobs: 1, name: "drained");
        await drained.TakeAsync("w");
        var done = await TagAsync(jobs: 2, name: "done");
        await done.AskAsync("w", count: 2);

        await HasToTellAsync(() => drained.FailAsync("w", 0), TagChangeKinds.Answer);
        await done.DoneAsync("w", 0);
        await HasToTellAsync(() => done.DoneAsync("w", 1), TagChangeKinds.Answer);
        await HasToTellAsync(() => drained.CancelAsync(), TagChangeKinds.Answer);
    }

    [Fact]
    public async Task Progress_is_told()
    {
        var tag = await TagAsync(jobs: 2);

        await HasToTellAsync(() => tag.TakeAsync("w"), TagChangeKinds.Progress);
        await HasToTellAsync(() => tag.DoneAsync("w", 0), TagChangeKinds.Progress);
        await HasToTellAsync(() => tag.CancelAsync(1), TagChangeKinds.Progress);
    }

    [Fact]
    public async Task S20_creation_and_deletion_are_told()
    {
        TestTag? tag = null;

        await HasToTellAsync(async () => tag = await EmptyTagAsync(), TagChangeKinds.Created);
        await HasToTellAsync(() => tag!.DeleteAsync(), TagChangeKinds.Deleted);
    }

    [Fact]
    public async Task A_cancelled_call_changes_nothing_or_runs_to_its_end()
    {
        var tag = await TagAsync(jobs: 3);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        var taken = 0;
        try
        {
            taken = (await Store.ExchangeAsync(tag.Record.Alone, new ExchangeRequest { Worker = "w" }, cancelled.Token)).Jobs.Count;
        }
        catch (OperationCanceledException)
        {
        }

        (await tag.CountsAsync()).InProgress.Should().Be(taken);
    }

    [Fact]
    public async Task A_store_that_is_disposed_twice_is_disposed()
    {
        await TagAsync(jobs: 1);

        await Store.DisposeAsync();
        await Store.DisposeAsync();
    }

    private async Task HasToTellAsync(Func<Task> change, TagChangeKinds kind)
    {
        (await ToldAsync()).Clear();
        await change();
        (await ToldAsync()).Changes.Should().Contain(told => told.Kinds.HasFlag(kind));
    }

    private async Task HasToOpenAsync(Func<Task> change)
    {
        (await ToldAsync()).Clear();
        await change();
        (await ToldAsync()).Changes.Sum(told => told.Opened).Should().BeGreaterThan(0);
    }
}
