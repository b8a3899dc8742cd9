using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

public abstract class OwnerConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    [Fact]
    public async Task S19_while_a_tag_is_paused_what_runs_goes_on()
    {
        var tag = await TagAsync(jobs: 4);
        await tag.AskAsync("w", count: 3);
        await tag.PauseAsync();

        (await tag.DoneAsync("w", 0)).Outcome.Should().Be(ReportVerdict.Accepted);
        (await tag.FailAsync("w", 1)).Outcome.Should().Be(ReportVerdict.Accepted);
        (await tag.ReleaseAsync("w", 2)).Outcome.Should().Be(ReportVerdict.Accepted);

        (await tag.StateForAsync("w")).Should().Be(NextState.Paused);
        (await ToldAsync()).NotNeeded.Should().BeEmpty();
    }

    [Fact]
    public async Task S19_a_resumed_tag_hands_out_again()
    {
        var tag = await TagAsync(jobs: 1);
        await tag.PauseAsync();
        await tag.PauseAsync();
        (await tag.StateForAsync("w")).Should().Be(NextState.Paused);

        await tag.ResumeAsync();
        await tag.ResumeAsync();

        (await tag.TakeAsync("w")).JobId.Should().Be(0);
    }

    [Fact]
    public async Task S19_cancelled_jobs_are_not_handed_out()
    {
        var tag = await TagAsync(jobs: 3);

        (await tag.CancelAsync(0, 2)).Jobs.Should().Be(2);

        (await tag.CountsAsync()).Should().Be(new JobCounts(Waiting: 1, 0, 0, 0, Cancelled: 2));
        (await tag.TakeAsync("w")).JobId.Should().Be(1);
        (await tag.StateForAsync("w")).Should().Be(NextState.Wait);
    }

    [Fact]
    public async Task S19_cancelling_all_takes_what_is_unfinished_and_results_stay()
    {
        var tag = await TagAsync(jobs: 4);
        await tag.TakeByManyAsync(3);
        await tag.DoneAsync("w1", 0);
        await tag.FailAsync("w2", 1);

        (await tag.CancelAsync()).Jobs.Should().Be(3);

        (await tag.CountsAsync()).Should().Be(new JobCounts(0, 0, Done: 1, 0, Cancelled: 3));
        (await tag.ResultsAsync()).Should().ContainSingle();
        (await tag.JobAsync(2)).Attempts.Should().ContainSingle().Which.State.Should().Be(HandOutState.Cancelled);
    }

    [Fact]
    public async Task S19_cancelling_what_is_done_or_cancelled_changes_nothing()
    {
        var tag = await TagAsync(jobs: 2);
        await tag.TakeAsync("w");
        await tag.DoneAsync("w", 0);
        await tag.CancelAsync(1);

        (await tag.CancelAsync(0, 1)).Jobs.Should().Be(0);

        (await tag.CountsAsync()).Should().Be(new JobCounts(0, 0, Done: 1, 0, Cancelled: 1));
    }

    [Fact]
    public async Task S19_a_failure_or_release_of_a_cancelled_job_is_not_held()
    {
        var tag = await TagAsync(jobs: 1);
        await tag.TakeAsync("w");
        await tag.CancelAsync();

        (await tag.FailAsync("w", 0)).Outcome.Should().Be(ReportVerdict.NotHeld);
        (await tag.ReleaseAsync("w", 0)).Outcome.Should().Be(ReportVerdict.NotHeld);

        (await tag.CountsAsync()).Cancelled.Should().Be(1);
    }

    [Fact]
    public async Task S19_a_greater_N_gives_exhausted_jobs_another_chance()
    {
        var tag = await ExhaustedTagAsync(n: 1);

        await tag.UpdateAsync(new TagUpdate { MaxRedistributionAttempts = 2 });

        (await tag.CountsAsync()).Waiting.Should().Be(1);
        (await tag.TakeAsync("w")).Attempt.Should().Be(2);
        await tag.FailAsync("w", 0);
        (await tag.CountsAsync()).Exhausted.Should().Be(1);
        (await tag.ProgressAsync()).MaxRedistributionAttempts.Should().Be(2);
    }

    [Fact]
    public async Task S19_a_smaller_N_exhausts_what_is_spent()
    {
        var tag = await TagAsync(jobs: 3, n: 3);
        await tag.TakeByManyAsync(2);
        await tag.FailAsync("w1", 0);

        await tag.UpdateAsync(new TagUpdate { MaxRedistributionAttempts = 1 });

        (await tag.CountsAsync()).Should().Be(new JobCounts(Waiting: 1, InProgress: 1, 0, Exhausted: 1, 0));
        (await tag.TakeAsync("w")).JobId.Should().Be(2);
        (await tag.StateForAsync("w")).Should().Be(NextState.Wait);
    }

    [Fact]
    public async Task S19_a_changed_lease_holds_for_hand_outs_to_come()
    {
        var tag = await TagAsync(jobs: 1);

        await tag.UpdateAsync(new TagUpdate { Lease = TimeSpan.FromSeconds(5) });

        (await tag.TakeAsync("w")).Lease.Should().Be(TimeSpan.FromSeconds(5));
        await PassAsync(TimeSpan.FromSeconds(5));
        (await tag.CountsAsync()).Exhausted.Should().Be(1);
        (await tag.ProgressAsync()).Lease.Should().Be(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task S19_what_an_update_does_not_name_stays()
    {
        var tag = await TagAsync(jobs: 1, n: 4, RedistributionPolicy.WhenLost, TimeSpan.FromSeconds(7));

        await tag.UpdateAsync(new TagUpdate());

        var progress = await tag.ProgressAsync();
        progress.MaxRedistributionAttempts.Should().Be(4);
        progress.Policy.Should().Be(RedistributionPolicy.WhenLost);
        progress.Lease.Should().Be(TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task S19_nothing_is_left_of_a_deleted_tag()
    {
        var tag = await TagAsync(jobs: 1);
        await tag.TakeAsync("w");

        (await tag.DeleteAsync()).Should().BeTrue();

        (await Store.FindTagAsync("tag", CancellationToken.None)).Should().BeNull();
        (await Store.FindTagsAsync("", null, 10, CancellationToken.None)).Should().BeEmpty();
        await PassAsync(Lease);
        Store.NextDeadlineIn.Should().BeNull();
    }

    [Fact]
    public async Task S19_every_call_for_a_deleted_tag_is_refused_even_if_there_is_a_new_one_of_its_name()
    {
        var old = await TagAsync(jobs: 1);
        await old.TakeAsync("w", "r1");
        await old.DeleteAsync();
        var fresh = await TagAsync(jobs: 2);

        await Refused(() => old.SetUpAsync(Make.SetUp(1)));
        await Refused(() => old.AskAsync("w"));
        await Refused(() => old.DoneAsync("w", 0));
        await Refused(() => old.FailAsync("w", 0));
        await Refused(() => old.ReleaseAsync("w", 0));
        await Refused(() => old.ProgressAsync());
        await Refused(() => old.CountsAsync());
        await Refused(() => old.ResultsAsync());
        await Refused(() => old.JobsAsync());
        await Refused(() => old.RetryAsync());
        await Refused(() => old.CancelAsync());
        await Refused(() => old.PauseAsync());
        await Refused(() => old.UpdateAsync(new TagUpdate { MaxRedistributionAttempts = 9 }));
        await Refused(async () => await Store.SetViewKeyAsync(old.Record, new byte[] { 9 }, CancellationToken.None));
        await Refused(async () => await Store.AddNoteAsync(old.Record, new TagNote("k", JsonText.Parse("1")), false, 1000, CancellationToken.None));
        await Refused(async () => await Store.GetNotesAsync(old.Record, "k", CancellationToken.None));
        await Refused(() => old.DeleteAsync());

        (await fresh.CountsAsync()).Should().Be(new JobCounts(Waiting: 2, 0, 0, 0, 0));
        (await fresh.TakeAsync("w", "r1")).Attempt.Should().Be(1);

        static async Task Refused(Func<Task> call) => await call.Should().ThrowAsync<TagUnknownException>();
    }

    [Fact]
    public async Task S19_a_report_that_names_a_deleted_instance_does_not_reach_the_new_one()
    {
        var old = await TagAsync(jobs: 1);
        var instance = (await old.TakeAsync("w")).Instance;
        await old.DeleteAsync();
        var fresh = await TagAsync(jobs: 1);
        await fresh.TakeAsync("w");

        var answer = await fresh.ExchangeAsync(new ExchangeRequest
        {
            Worker = "w",
            Count = 0,
            Done = [new DoneReport(0, JsonText.Parse("{}"), 1, "tag", instance)],
            Failed = [new FailedReport(0, "it broke", Attempt: 1, Tag: "tag", Instance: instance)],
            Released = [new ReleasedReport(0, 1, "tag", instance)],
        });

        answer.Outcomes.Should().HaveCount(3).And.OnlyContain(outcome => outcome.Outcome == ReportVerdict.Refused || outcome.Outcome == ReportVerdict.NotHeld);
        answer.Outcomes[0].Outcome.Should().Be(ReportVerdict.Refused);
        (await fresh.CountsAsync()).InProgress.Should().Be(1);
    }

    [Fact]
    public async Task S17_a_tag_is_deleted_for_idleness_only_if_it_was_idle()
    {
        var tag = await TagAsync(jobs: 1);
        await PassAsync(TimeSpan.FromDays(20));
        await tag.TakeAsync("w");
        await PassAsync(TimeSpan.FromDays(20));

        (await tag.DeleteAsync(ifUnusedFor: TimeSpan.FromDays(30))).Should().BeFalse();
        (await Store.FindTagAsync("tag", CancellationToken.None)).Should().NotBeNull();
        await PassAsync(TimeSpan.FromDays(11));
        (await tag.DeleteAsync(ifUnusedFor: TimeSpan.FromDays(30))).Should().BeTrue();

        (await Store.FindTagAsync("tag", CancellationToken.None)).Should().BeNull();

        async Task PassAsync(TimeSpan time)
        {
            Time.Advance(time);
            await Store.NoteUpTimeAsync(time, CancellationToken.None);
        }
    }

    [Theory]
    [InlineData(400)]
    [InlineData(-400)]
    public async Task S17_neither_downtime_nor_a_wrong_clock_is_idleness_and_use_counts_under_any_clock(int days)
    {
        var tag = await TagAsync(jobs: 2);
        Time.JumpWallClock(TimeSpan.FromDays(days));
        (await tag.DeleteAsync(ifUnusedFor: TimeSpan.FromHours(1))).Should().BeFalse();

        await Store.NoteUpTimeAsync(TimeSpan.FromHours(5), CancellationToken.None);
        await tag.TakeAsync("w");
        (await tag.DeleteAsync(ifUnusedFor: TimeSpan.FromHours(1))).Should().BeFalse();

        await Store.NoteUpTimeAsync(TimeSpan.FromHours(1), CancellationToken.None);
        (await tag.DeleteAsync(ifUnusedFor: TimeSpan.FromHours(1))).Should().BeTrue();
    }

    [Fact]
    public async Task S15_a_new_view_key_takes_the_place_of_the_old()
    {
        var tag = await EmptyTagAsync();

        var changed = await Store.SetViewKeyAsync(tag.Record, new byte[] { 7, 8 }, CancellationToken.None);

        changed.ViewKey.ToArray().Should().Equal(7, 8);
        changed.Instance.Should().Be(tag.Record.Instance);
        (await Store.FindTagAsync("tag", CancellationToken.None))!.ViewKey.ToArray().Should().Equal(7, 8);
    }
}
