using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

/// <summary>For stores whose data outlives them: reopening restores everything.</summary>
public abstract class ReopenConformance(StoreUnderTest kind) : StoreConformance(kind)
{
    [Fact]
    public async Task S3_attempts_are_still_spent_after_reopening()
    {
        var tag = await TagAsync(jobs: 3, n: 2);
        await tag.TakeAsync("w");
        await tag.FailAsync("w", 0, "it broke", exitCode: 3);
        await tag.TakeAsync("w");
        await tag.ReleaseAsync("w", 1);
        await tag.TakeAsync(worker: null);
        var before = await tag.JobsAsync();

        await Harness.ReopenAsync();

        (await tag.JobsAsync()).Should().BeEquivalentTo(before, o => o.ComparingByValue<JsonText>().WithStrictOrdering());
        (await tag.AskAsync("w2", count: 9)).Jobs.Select(job => (job.JobId, job.Attempt)).Should().Equal((1, 2), (0, 2), (2, 2));
    }

    [Fact]
    public async Task S8_S14_a_failure_or_release_that_is_repeated_after_reopening_is_accepted_and_counts_once()
    {
        var tag = await TagAsync(jobs: 3, n: 3);
        await tag.AskAsync("w", "r1", count: 2);
        var exchange = new ExchangeRequest
        {
            Worker = "w", RequestId = "r2", Failed = [new FailedReport(0, "it broke")], Released = [new ReleasedReport(1)],
        };
        var first = await tag.ExchangeAsync(exchange);
        var before = await tag.JobsAsync();

        await Harness.ReopenAsync();
        var again = await tag.ExchangeAsync(exchange);

        again.Outcomes.Should().Equal(new ReportOutcome(0, ReportVerdict.Accepted), new ReportOutcome(1, ReportVerdict.Accepted));
        again.Jobs.Should().Equal(first.Jobs);
        (await tag.JobsAsync()).Should().BeEquivalentTo(before, o => o.ComparingByValue<JsonText>().WithStrictOrdering());
        (await tag.ProgressAsync()).Workers[0].Failed.Should().Be(1);
    }

    [Fact]
    public async Task S9_a_final_failure_still_spends_all_attempts_after_reopening()
    {
        var tag = await TagAsync(jobs: 1, n: 3);
        await tag.TakeAsync("w");
        await tag.FailAsync("w", 0, final: true);

        await Harness.ReopenAsync();

        (await tag.JobAsync(0)).Spent.Should().Be(3);
        (await tag.StateForAsync("w")).Should().Be(NextState.Drained);
    }

    [Fact]
    public async Task S12_a_retry_still_holds_after_reopening()
    {
        var tag = await ExhaustedTagAsync(n: 2);
        await tag.RetryAsync();

        await Harness.ReopenAsync();

        (await tag.JobAsync(0)).Spent.Should().Be(0);
        (await tag.TakeAsync("w")).Attempt.Should().Be(3);
    }

    [Fact]
    public async Task S2_the_order_is_the_same_after_reopening()
    {
        var tag = await TagAsync(jobs: 4, n: 9);
        await tag.AskAsync("w", count: 4);
        foreach (var job in new[] { 2, 0, 3, 1 })
        {
            Time.Advance(Second);
            await tag.ReleaseAsync("w", job);
            await tag.TakeAsync("w");
        }
        await tag.FailAsync("w", 3);

        await Harness.ReopenAsync();

        (await tag.AskAsync("other", count: 4)).Jobs.Select(job => job.JobId).Should().Equal(3, 2, 0, 1);
    }

    [Fact]
    public async Task S8_request_ids_are_kept_with_their_hand_outs()
    {
        var tag = await TagAsync(jobs: 3, n: 2);
        var first = await tag.AskAsync("w", "r1", count: 2);

        await Harness.ReopenAsync();

        (await tag.AskAsync("w", "r1", count: 2)).Jobs.Should().Equal(first.Jobs);
        (await tag.TakeAsync("w", "r2")).JobId.Should().Be(2);
    }

    [Fact]
    public async Task S8_a_replay_gives_the_same_even_if_the_hand_out_ran_in_the_process_that_ended()
    {
        var tag = await TagAsync(jobs: 1);
        var first = await tag.TakeAsync("w", "r1", inProcess: true);
        await Harness.ReopenAsync();

        (await tag.TakeAsync("w", "r1")).Should().Be(first);
    }

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

    [Fact]
    public async Task S4_results_and_counters_are_kept()
    {
        var tag = await TagAsync(jobs: 3, n: 3);
        await tag.TakeByManyAsync(3);
        await tag.DoneAsync("w2", 1, """{"y":1}""");
        Time.Advance(Second);
        await tag.DoneAsync("w1", 0, """{"y":0}""");
        await tag.DoneAsync("w3", 1, """{"y":2}""");
        await tag.DoneAsync("w3", 0, """{"y":0}""");
        await tag.FailAsync("w3", 2);
        await tag.TakeAsync("w1");
        var results = await tag.ResultsAsync(new ResultQuery { Order = ResultOrder.ByCompletion, Limit = 9 });
        var progress = await tag.ProgressAsync();

        await Harness.ReopenAsync();

        (await tag.ResultsAsync(new ResultQuery { Order = ResultOrder.ByCompletion, Limit = 9 }))
            .Should().BeEquivalentTo(results, o => o.ComparingByValue<JsonText>().WithStrictOrdering());
        var after = await tag.ProgressAsync();
        after.Should().BeEquivalentTo(progress, o => o
            .Excluding(p => p.Workers).Excluding(p => p.PerSecond).Excluding(p => p.EtaSeconds));
        after.Workers.Select(worker => worker with { LastSeen = default })
            .Should().BeEquivalentTo(progress.Workers.Select(worker => worker with { LastSeen = default }));
        (await tag.DoneAsync("w2", 1, """{"y":1}""")).Outcome.Should().Be(ReportVerdict.Accepted);
        (await tag.DoneAsync("w2", 0, """{"y":1}""")).Should().Be(new ReportOutcome(0, ReportVerdict.AlreadyDone, Differs: true));
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
    public async Task S4_a_cancelled_job_that_got_its_result_is_still_done_after_reopening()
    {
        var tag = await TagAsync(jobs: 1);
        await tag.TakeAsync("w");
        await tag.CancelAsync();
        await tag.DoneAsync("w", 0);

        await Harness.ReopenAsync();

        (await tag.CountsAsync()).Should().Be(new JobCounts(0, 0, Done: 1, 0, 0));
    }

    [Fact]
    public async Task An_empty_text_is_not_taken_for_none()
    {
        var tag = await TagAsync(jobs: 1, n: 2);
        await tag.TakeAsync("", requestId: "");
        (await tag.AskAsync("", requestId: "")).Jobs.Should().ContainSingle("the request is the same (S8)");
        await Harness.ReopenAsync();
        (await tag.AskAsync("", requestId: "")).Jobs.Should().ContainSingle("the request is the same (S8)");

        await tag.FailAsync("", 0, error: "");

        await Harness.ReopenAsync();
        var attempt = (await tag.JobAsync(0)).Attempts.Should().ContainSingle().Subject;
        attempt.Worker.Should().BeEmpty();
        attempt.Error.Should().BeEmpty();
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100_000)]
    public async Task A_result_and_the_job_given_for_it_are_both_there_after_reopening(int length)
    {
        var tag = await TagAsync(jobs: 3, n: 2);
        var other = await TagAsync(jobs: 2, name: "other");
        await tag.TakeAsync("w");
        await other.TakeAsync("v");
        var result = JsonText.Parse($$"""{"y":"{{new string('y', length)}}"}""");
        await tag.ExchangeAsync(new ExchangeRequest { Worker = "w", RequestId = "q", Done = [new DoneReport(0, result)] });
        await other.ExchangeAsync(new ExchangeRequest { Worker = "v", Done = [new DoneReport(0, result)] });
        await tag.FailAsync("w", 1, "it broke");
        await tag.DoneAsync("w", 0, "{}"); // compared with the one that is kept
        var (jobs, progress) = (await tag.JobsAsync(), await tag.ProgressAsync());

        await Harness.ReopenAsync();

        (await tag.JobsAsync()).Should().BeEquivalentTo(jobs, o => o.ComparingByValue<JsonText>().WithStrictOrdering());
        (await tag.JobAsync(1)).Attempts.Should().ContainSingle().Which.Error.Should().Be("it broke");
        (await tag.ResultsAsync()).Should().ContainSingle().Which.Result.Should().Be(result);
        (await tag.ProgressAsync()).DifferingResults.Should().Be(progress.DifferingResults).And.Be(1);
        (await other.JobAsync(1)).State.Should().Be(JobState.InProgress);
        (await other.ResultsAsync()).Should().ContainSingle().Which.Worker.Should().Be("v");
    }

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

        Store.NextDeadline.Should().Be(Time.GetUtcNow() + Lease);
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

    [Fact]
    public async Task S13_texts_are_kept_to_the_byte()
    {
        const string Json = """{"z":9223372036854775808,"a":1e400,"text":"÷ 😀"}""";
        JsonText.TryParsePython("""{"loss":NaN}"""u8, out var python, out _).Should().BeTrue();
        var tag = await EmptyTagAsync();
        await tag.SetUpAsync(Make.SetUp(2) with { Jobs = [JsonText.Parse(Json), python] });
        await tag.AskAsync("w", count: 2);
        await tag.ExchangeAsync(new ExchangeRequest { Worker = "w", Count = 0, Done = [new DoneReport(0, JsonText.Parse(Json)), new DoneReport(1, python)] });

        await Harness.ReopenAsync();

        var results = await tag.ResultsAsync();
        results[0].Description.ToString().Should().Be(Json);
        results[0].Result.ToString().Should().Be(Json);
        results[1].Description.Should().Be(python);
        results[1].Result.Should().Be(python);
        results[1].Result.ToString().Should().Be("""{"loss":null}""");
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
