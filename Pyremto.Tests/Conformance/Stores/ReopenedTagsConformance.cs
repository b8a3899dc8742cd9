using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

/// <summary>For stores whose data outlives them: reopening restores tags, their settings and notes, and what was set up.</summary>
public abstract class ReopenedTagsConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    [Fact]
    public async Task S1_request_ids_of_creation_and_set_up_are_kept()
    {
        var record = await Store.CreateTagAsync(NewRecord(requestId: "creation"), CancellationToken.None);
        var tag = new TestTag(Harness, record);
        await tag.SetUpAsync(Make.SetUp(3, requestId: "set-up"));

        await Harness.ReopenAsync();

        (await Store.CreateTagAsync(NewRecord(requestId: "creation"), CancellationToken.None)).Instance.Should().Be(record.Instance);
        (await tag.SetUpAsync(Make.SetUp(3, requestId: "set-up"))).Should().Be(3);
        var again = () => tag.SetUpAsync(Make.SetUp(3, requestId: "another"));
        await again.Should().ThrowAsync<JobsAlreadySetUpException>();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task S19_a_pause_before_the_set_up_is_kept(bool paused)
    {
        var tag = await EmptyTagAsync();
        await tag.PauseAsync();
        if (!paused)
            await tag.ResumeAsync();

        await Harness.ReopenAsync();
        await tag.SetUpAsync(Make.SetUp(1));

        (await tag.StateForAsync("w")).Should().Be(paused ? NextState.Paused : NextState.Job);
    }

    [Fact]
    public async Task S19_settings_pauses_and_cancelled_jobs_are_kept()
    {
        var tag = await TagAsync(jobs: 3, n: 2);
        await tag.UpdateAsync(new TagUpdate { MaxRedistributionAttempts = 5, Lease = TimeSpan.FromSeconds(9), Policy = RedistributionPolicy.WhenLost });
        await tag.CancelAsync(1);
        await tag.PauseAsync();

        await Harness.ReopenAsync();

        var progress = await tag.ProgressAsync();
        progress.Should().Match<TagProgress>(p =>
            p.State == TagStatus.Paused && p.MaxRedistributionAttempts == 5 && p.Lease == TimeSpan.FromSeconds(9) && p.Policy == RedistributionPolicy.WhenLost);
        (await tag.CountsAsync()).Should().Be(new JobCounts(Waiting: 2, 0, 0, 0, Cancelled: 1));
        (await tag.StateForAsync("w")).Should().Be(NextState.Paused);
        await tag.ResumeAsync();
        await Harness.ReopenAsync();
        (await tag.AskAsync("w", count: 9)).Jobs.Select(job => job.JobId).Should().Equal(0, 2);
    }

    [Fact]
    public async Task S17_up_time_counts_over_all_starts_and_downtime_does_not()
    {
        var tag = await TagAsync(jobs: 1);
        for (var start = 0; start < 6; start++)
        {
            (await tag.DeleteAsync(ifUnusedFor: TimeSpan.FromHours(70))).Should().BeFalse();
            await Store.NoteUpTimeAsync(TimeSpan.FromHours(12), CancellationToken.None);
            Time.Advance(TimeSpan.FromDays(100));
            await Harness.ReopenAsync();
        }

        (await tag.DeleteAsync(ifUnusedFor: TimeSpan.FromHours(70))).Should().BeTrue();
    }

    [Fact]
    public async Task S17_when_a_tag_was_used_is_kept()
    {
        var tag = await TagAsync(jobs: 1);
        await Store.NoteUpTimeAsync(TimeSpan.FromHours(10), CancellationToken.None);
        await tag.TakeAsync("w");

        await Harness.ReopenAsync();

        (await tag.DeleteAsync(ifUnusedFor: TimeSpan.FromHours(10))).Should().BeFalse();
        await Store.NoteUpTimeAsync(TimeSpan.FromHours(10), CancellationToken.None);
        (await tag.DeleteAsync(ifUnusedFor: TimeSpan.FromHours(10))).Should().BeTrue();
    }

    [Fact]
    public async Task S18_repetitions_are_kept()
    {
        var tag = await EmptyTagAsync();
        await tag.SetUpAsync(Make.SetUp(2) with { Repetitions = 3 });

        await Harness.ReopenAsync();

        (await tag.AskAsync("w", count: 9)).Jobs.Select(job => (job.JobId, job.Repetition, job.Description.ToString())).Should().Equal(
            (0, 0, """{"x":0}"""), (1, 0, """{"x":1}"""), (2, 1, """{"x":0}"""),
            (3, 1, """{"x":1}"""), (4, 2, """{"x":0}"""), (5, 2, """{"x":1}"""));
    }

    [Fact]
    public async Task Tags_and_notes_are_kept()
    {
        var record = await Store.CreateTagAsync(NewRecord("name ÷", "r", "hash"), CancellationToken.None);
        var keyed = await Store.SetViewKeyAsync(record, new byte[] { 4, 5 }, CancellationToken.None);
        await Store.AddNoteAsync(record, new TagNote("log", JsonText.Parse("1")), replace: false, 1000, CancellationToken.None);
        await Store.AddNoteAsync(record, new TagNote("log", JsonText.Parse("2")), replace: false, 1000, CancellationToken.None);
        await Store.AddNoteAsync(record, new TagNote("setting", JsonText.Parse("3")), replace: true, 1000, CancellationToken.None);

        await Harness.ReopenAsync();

        var found = (await Store.FindTagAsync("name ÷", CancellationToken.None))!;
        found.Instance.Should().Be(keyed.Instance);
        found.PasswordHash.Should().Be("hash");
        found.CreatedAt.Should().Be(record.CreatedAt);
        found.CreationRequestId.Should().Be("r");
        found.ViewKey.ToArray().Should().Equal(4, 5);
        (await Store.GetNotesAsync(found, "log", CancellationToken.None)).Select(note => note.Body.ToString()).Should().Equal("1", "2");
        (await Store.GetNotesAsync(found, "setting", CancellationToken.None)).Should().ContainSingle();
    }

    [Fact]
    public async Task S19_a_deleted_tag_stays_deleted()
    {
        var old = await TagAsync(jobs: 2);
        await old.TakeAsync("w", "r1");
        await old.DeleteAsync();
        var fresh = await TagAsync(jobs: 1);

        await Harness.ReopenAsync();

        (await fresh.JobsAsync()).Jobs.Should().ContainSingle().Which.Attempts.Should().BeEmpty();
        var ask = () => old.AskAsync("w", "r1");
        await ask.Should().ThrowAsync<TagUnknownException>();
    }

    [Fact]
    public async Task S17_activity_is_kept_to_within_an_hour()
    {
        var tag = await TagAsync(jobs: 1);
        Time.Advance(TimeSpan.FromDays(20));
        await tag.TakeAsync("w");
        var lastUsed = Time.GetUtcNow();

        await Harness.ReopenAsync();

        (await Store.GetSummaryAsync(tag.Record, CancellationToken.None)).LastActivity
            .Should().BeOnOrAfter(lastUsed - TimeSpan.FromHours(1)).And.BeOnOrBefore(lastUsed);
    }

    [Fact]
    public async Task An_empty_store_is_opened_again()
    {
        await Harness.ReopenAsync();
        await Harness.ReopenAsync();

        (await Store.FindTagsAsync("", null, 10, CancellationToken.None)).Should().BeEmpty();
    }
}
