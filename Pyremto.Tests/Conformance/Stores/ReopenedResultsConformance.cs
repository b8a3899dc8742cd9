using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Stores;

/// <summary>For stores whose data outlives them: reopening restores results and texts, to the byte.</summary>
public abstract class ReopenedResultsConformance(StoreUnderTest kind) : StoreConformance(kind)
{
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
}
