using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

public abstract class NotNeededConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    private static JobNotNeeded NotNeeded(TestTag tag, int job, int attempt, string worker) =>
        new(tag.Name, tag.Record.Instance, job, attempt, worker);

    [Fact]
    public async Task S11_who_still_computes_what_another_finished_is_told()
    {
        var tag = await TagAsync(jobs: 1, n: 3);
        await tag.TakeByManyAsync(3);

        await tag.DoneAsync("w2", 0);

        (await ToldAsync()).NotNeeded.Should().BeEquivalentTo([NotNeeded(tag, 0, 1, "w1"), NotNeeded(tag, 0, 3, "w3")]);
    }

    [Fact]
    public async Task S11_who_finished_a_job_itself_is_not_told()
    {
        var tag = await TagAsync(jobs: 1);
        await tag.TakeAsync("w");

        await tag.DoneAsync("w", 0);

        (await ToldAsync()).NotNeeded.Should().BeEmpty();
    }

    [Fact]
    public async Task S11_who_computes_what_was_cancelled_is_told()
    {
        var tag = await TagAsync(jobs: 3);
        await tag.TakeByManyAsync(2);

        await tag.CancelAsync();

        (await ToldAsync()).NotNeeded.Should().BeEquivalentTo([NotNeeded(tag, 0, 1, "w1"), NotNeeded(tag, 1, 1, "w2")]);
    }

    [Fact]
    public async Task S11_a_late_result_ends_the_attempt_that_replaced_it()
    {
        var tag = await TagAsync(jobs: 1, n: 2);
        await tag.TakeAsync("slow");
        await PassAsync(Lease);
        await tag.TakeAsync("other");

        await tag.DoneAsync("slow", 0);

        (await ToldAsync()).NotNeeded.Should().Equal(NotNeeded(tag, 0, 2, "other"));
    }

    [Fact]
    public async Task S11_a_heartbeat_tells_which_jobs_are_done_or_cancelled()
    {
        var tag = await TagAsync(jobs: 4, n: 2);
        await tag.AskAsync("w1", count: 4);
        await tag.AskAsync("w2", count: 2);
        await tag.DoneAsync("w2", 1);
        await tag.CancelAsync(3);
        HeldJob[] held = [new(0), new(1), new(2, Attempt: 1), new(3, Attempt: 1)];

        var notNeeded = await tag.BeatAsync("w1", held);

        notNeeded.Select(job => job.JobId).Should().Equal(1, 3);
    }

    [Fact]
    public async Task S11_a_heartbeat_tells_it_again_until_the_worker_knows()
    {
        var tag = await TagAsync(jobs: 1, n: 2);
        await tag.TakeByManyAsync(2);
        await tag.DoneAsync("w2", 0);

        (await tag.BeatAsync("w1", [new HeldJob(0)])).Should().ContainSingle();
        (await tag.BeatAsync("w1", [new HeldJob(0)])).Should().ContainSingle();
        (await tag.BeatAsync("w1", [])).Should().BeEmpty();
    }

    [Fact]
    public async Task S11_a_heartbeat_over_several_tags_tells_of_which_tag_each_job_is()
    {
        var a = await TagAsync(jobs: 1, name: "a");
        var b = await TagAsync(jobs: 1, name: "b");
        await a.TakeAsync("w");
        await b.TakeAsync("w");
        await b.CancelAsync();

        var answer = await Store.HeartbeatAsync(
            [a.Record, b.Record], new Heartbeat { Worker = "w", Jobs = [new HeldJob(0, "a"), new HeldJob(0, "b")] }, CancellationToken.None);

        answer.NotNeeded.Should().ContainSingle().Which.Tag.Should().Be("b");
    }

    [Fact]
    public async Task S19_a_notice_names_the_instance_of_its_tag()
    {
        var old = await TagAsync(jobs: 1);
        await old.TakeAsync("w");
        await old.DeleteAsync();
        var fresh = await TagAsync(jobs: 1);
        await fresh.TakeAsync("w");
        await fresh.CancelAsync();

        (await ToldAsync()).NotNeeded.Should().Equal(NotNeeded(old, 0, 1, "w"), NotNeeded(fresh, 0, 1, "w"));
    }

    [Fact]
    public async Task S19_a_job_of_a_deleted_tag_is_not_needed_even_if_there_is_a_new_one_of_its_name()
    {
        var old = await TagAsync(jobs: 1);
        var handOut = await old.TakeAsync("w");
        await old.DeleteAsync();
        var fresh = await TagAsync(jobs: 1);
        await fresh.TakeAsync("w");

        var notNeeded = await fresh.BeatAsync("w", [new HeldJob(0, "tag", 1, handOut.Instance)]);

        notNeeded.Should().ContainSingle().Which.JobId.Should().Be(0);
    }
}
