using System.Net;
using System.Text.Json;

namespace Pyremto.Tests.Transport.Http.PyremtoV2;

/// <summary>The rows of the protocol page about jobs.</summary>
public sealed class V2JobVerbsTests : IAsyncLifetime
{
    private V2Server _server = null!;

    public async Task InitializeAsync() => _server = await V2Server.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task From_set_up_to_results_byte_by_byte()
    {
        await _server.CreateAsync("svr");

        (await SetUpAsync("svr", """["{\"x\": 1, \"deep\": {\"y\": [1, 2]}}", "{\"name\": \"Gr\\u00f6\\u00dfe\"}"]"""))
            .Should().Be("""{"success":1}""");
        await _server.ShouldAnswerAsync("get-job-progress", "svr", """{"success":1,"nb_jobs":2,"nb_jobs_done":0}""");
        await _server.ShouldAnswerAsync("get-job-results", "svr", "[]");
        await _server.ShouldAnswerAsync(
            "get-next-job", "svr", """{"has_job":1,"job_id":0,"description":"{\"x\":1,\"deep\":{\"y\":[1,2]}}"}""");
        await _server.ShouldAnswerAsync("get-next-job", "svr", """{"has_job":1,"job_id":1,"description":"{\"name\":\"Gr\\u00f6\\u00dfe\"}"}""");
        (await DoneAsync("svr", 1, """
            "{\"loss\": 0.5, \"name\": \"\\u00e4\"}"
            """)).Should().Be("""{"success":1}""");
        await _server.ShouldAnswerAsync("get-job-progress", "svr", """{"success":1,"nb_jobs":2,"nb_jobs_done":1}""");
        await _server.ShouldAnswerAsync("get-job-results", "svr", """["\"{\\\"loss\\\":0.5,\\\"name\\\":\\\"\\\\u00e4\\\"}\""]""");
        (await DoneAsync("svr", 0, """
            "{}"
            """)).Should().Be("""{"success":1}""");
        await _server.ShouldAnswerAsync("get-job-results", "svr", """["\"{}\"","\"{\\\"loss\\\":0.5,\\\"name\\\":\\\"\\\\u00e4\\\"}\""]""");
        await _server.ShouldAnswerAsync("get-next-job", "svr", """{"has_job":0}""");
    }

    [Fact]
    public async Task Numbers_beyond_double_and_NaN_come_back_as_they_were_and_as_null_for_all_others()
    {
        await _server.CreateAsync("svr");
        await SetUpAsync("svr", """["{\"big\": 9223372036854775808, \"a\": NaN, \"b\": -Infinity, \"c\": \"NaN\"}"]""");

        await _server.ShouldAnswerAsync(
            "get-next-job", "svr", """{"has_job":1,"job_id":0,"description":"{\"big\":9223372036854775808,\"a\":NaN,\"b\":-Infinity,\"c\":\"NaN\"}"}""");
        (await DoneAsync("svr", 0, """
            "{\"loss\": NaN, \"max\": Infinity, \"n\": 1e400}"
            """)).Should().Be("""{"success":1}""");

        await _server.ShouldAnswerAsync("get-job-results", "svr", """["\"{\\\"loss\\\":NaN,\\\"max\\\":Infinity,\\\"n\\\":1e400}\""]""");
        var result = await _server.Scheduler.GetResultsAsync(new TagAccess("svr"), new ResultQuery(), CancellationToken.None).SingleAsync();
        result.Description.ToString().Should().Be("""{"big":9223372036854775808,"a":null,"b":null,"c":"NaN"}""");
        result.Result.ToString().Should().Be("""{"loss":null,"max":null,"n":1e400}""");
        result.Worker.Should().BeNull();
    }

    [Fact]
    public async Task There_is_no_job_before_set_up_and_while_paused_and_when_all_attempts_are_spent()
    {
        await _server.CreateAsync("bare");
        await _server.ShouldAnswerAsync("get-next-job", "bare", """{"has_job":0}""");
        await _server.ShouldAnswerAsync("get-job-progress", "bare", """{"success":1,"nb_jobs":0,"nb_jobs_done":0}""");
        await _server.ShouldAnswerAsync("get-job-results", "bare", "[]");

        var access = await _server.SetUpAsync("svr", jobs: 1, n: 2);
        await _server.Scheduler.PauseAsync(access, CancellationToken.None);
        await _server.ShouldAnswerAsync("get-next-job", "svr", """{"has_job":0}""");
        await _server.Scheduler.ResumeAsync(access, CancellationToken.None);

        for (var attempt = 0; attempt < 2; attempt++) // S10: each call counts as a different worker
            await _server.ShouldAnswerAsync("get-next-job", "svr", """{"has_job":1,"job_id":0,"description":"{\"x\":0}"}""");
        await _server.ShouldAnswerAsync("get-next-job", "svr", """{"has_job":0}""");
        (await _server.CallAsync("get-next-job", ["tag: nowhere"])).Status.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_job_that_is_done_twice_keeps_its_first_result_and_both_are_told_success()
    {
        await _server.SetUpAsync("svr", jobs: 1, n: 2);
        await _server.CallAsync("get-next-job", ["tag: svr"]);
        await _server.CallAsync("get-next-job", ["tag: svr"]);

        (await DoneAsync("svr", 0, "\"{\\\"by\\\":1}\"")).Should().Be("""{"success":1}""");
        (await DoneAsync("svr", 0, "\"{\\\"by\\\":2}\"")).Should().Be("""{"success":1}""");
        (await DoneAsync("svr", 0, "\"{\\\"by\\\":1}\"")).Should().Be("""{"success":1}""");

        await _server.ShouldAnswerAsync("get-job-results", "svr", """["\"{\\\"by\\\":1}\""]""");
        var progress = await _server.Scheduler.GetProgressAsync(new TagAccess("svr"), CancellationToken.None);
        progress.Should().BeEquivalentTo(new { Done = 1, DuplicateResults = 2L, DifferingResults = 1L, InProgress = 0 });
    }

    [Theory]
    [InlineData("jobid: 1", "\"{}\"", HttpStatusCode.BadRequest)] // never handed out
    [InlineData("jobid: 2", "\"{}\"", HttpStatusCode.BadRequest)] // does not exist
    [InlineData("jobid: -1", "\"{}\"", HttpStatusCode.BadRequest)]
    [InlineData("jobid: 99999999999999999999", "\"{}\"", HttpStatusCode.BadRequest)]
    [InlineData("jobid: zero", "\"{}\"", HttpStatusCode.BadRequest)]
    [InlineData("jobid:", "\"{}\"", HttpStatusCode.BadRequest)]
    [InlineData("x: y", "\"{}\"", HttpStatusCode.BadRequest)]
    [InlineData("jobid: 0", "", HttpStatusCode.BadRequest)]
    [InlineData("jobid: 0", "\"\"", HttpStatusCode.BadRequest)]
    [InlineData("jobid: 0", "{}", HttpStatusCode.BadRequest)]
    [InlineData("jobid: 0", "\"[]\"", HttpStatusCode.BadRequest)]
    [InlineData("jobid: 0", "\"{\"", HttpStatusCode.BadRequest)]
    [InlineData("jobid: 0", "\"{}\" \"{}\"", HttpStatusCode.BadRequest)]
    [InlineData("jobid: 0", "\"{}", HttpStatusCode.BadRequest)]
    [InlineData("jobid: 0", "\"\\ud800\"", HttpStatusCode.BadRequest)]
    [InlineData("jobid: 0", "\"{\\\"a\\\":nan}\"", HttpStatusCode.BadRequest)]
    public async Task A_result_that_cannot_be_is_refused_with_words_and_changes_nothing(string header, string body, HttpStatusCode status)
    {
        await _server.SetUpAsync("svr", jobs: 2);
        await _server.CallAsync("get-next-job", ["tag: svr"]);

        var answer = await _server.CallAsync("set-job-done", ["tag: svr", header], body);

        answer.Status.Should().Be(status);
        answer.ContentType.Should().Be("application/problem+json");
        await _server.ShouldAnswerAsync("get-job-progress", "svr", """{"success":1,"nb_jobs":2,"nb_jobs_done":0}""");
        (await DoneAsync("svr", 0, "\"{}\"")).Should().Be("""{"success":1}""", "it is still its worker's");
    }

    [Fact]
    public async Task A_result_over_the_limit_is_refused_and_one_at_the_limit_is_not()
    {
        await _server.SetUpAsync("svr", jobs: 1);
        await _server.CallAsync("get-next-job", ["tag: svr"]);

        var over = await _server.CallAsync("set-job-done", ["tag: svr", "jobid: 0"], ResultOf((1 << 20) + 1));
        over.Status.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        over.Body.Should().Contain("1,048,577 sent, 1,048,576 allowed");
        (await DoneAsync("svr", 0, ResultOf(1 << 20))).Should().Be("""{"success":1}""");

        var results = JsonSerializer.Deserialize<string[]>((await _server.CallAsync("get-job-results", ["tag: svr"])).Body)!;
        JsonSerializer.Deserialize<string>(results.Single())!.Length.Should().Be(1 << 20);
    }

    [Fact]
    public async Task Many_results_come_in_the_order_of_their_jobs()
    {
        await _server.SetUpAsync("svr", jobs: 3000);
        await FinishAllAsync("svr");

        var results = JsonSerializer.Deserialize<string[]>((await _server.CallAsync("get-job-results", ["tag: svr"])).Body)!;

        results.Select(result => JsonSerializer.Deserialize<string>(result)).Should().Equal(Enumerable.Range(0, 3000).Select(id => $"{{\"id\":{id}}}"));
    }

    [Fact]
    public async Task A_worker_of_ours_and_a_v2_worker_share_a_tag_and_read_each_others_results()
    {
        var access = await _server.SetUpAsync("svr", jobs: 2, password: "secret");
        await _server.ShouldAnswerAsync("get-next-job", "svr", """{"has_job":1,"job_id":0,"description":"{\"x\":0}"}""", "password: secret");
        var ours = await _server.Scheduler.ExchangeAsync(new ExchangeRequest { Tags = [access], Worker = "w" }, CancellationToken.None);
        ours.Jobs.Single().JobId.Should().Be(1);
        await _server.Scheduler.ExchangeAsync(
            new ExchangeRequest { Tags = [access], Worker = "w", Count = 0, Done = [new DoneReport(1, JsonText.Parse("""{"größe":1}"""))] }, CancellationToken.None);
        (await DoneAsync("svr", 0, "\"{}\"", "password: secret")).Should().Be("""{"success":1}""");

        await _server.ShouldAnswerAsync("get-job-results", "svr", """["\"{}\"","\"{\\\"gr\\u00f6\\u00dfe\\\":1}\""]""", "password: secret");
        var progress = await _server.Scheduler.GetProgressAsync(access, CancellationToken.None);
        progress.State.Should().Be(TagStatus.Done);
        progress.Workers.Should().ContainSingle(worker => worker.Worker == "w" && worker.Done == 1);
    }

    [Fact]
    public async Task A_hand_out_that_is_given_up_by_a_retry_goes_to_the_next_and_a_late_result_counts()
    {
        var access = await _server.SetUpAsync("svr", jobs: 1);
        await _server.CallAsync("get-next-job", ["tag: svr"]);
        _server.Time.Advance(TimeSpan.FromMinutes(10));

        (await _server.Scheduler.RetryAsync(access, jobIds: null, TimeSpan.FromMinutes(5), cancelled: false, CancellationToken.None)).Jobs.Should().Be(1); // S12

        await _server.ShouldAnswerAsync("get-next-job", "svr", """{"has_job":1,"job_id":0,"description":"{\"x\":0}"}""");
        (await DoneAsync("svr", 0, "\"{\\\"late\\\":true}\"")).Should().Be("""{"success":1}""");
    }

    private static string ResultOf(int bytes) => $$"""
        "{\"a\":\"{{new string('z', bytes - 8)}}\"}"
        """;

    private async Task<string> SetUpAsync(string tag, string body) =>
        (await _server.CallAsync("setup-jobs", [$"tag: {tag}", "max-redistribution-attempts: 1"], body)).Body;

    private async Task<string> DoneAsync(string tag, int job, string body, string header = "x: y") =>
        (await _server.CallAsync("set-job-done", [$"tag: {tag}", $"jobid: {job}", header], body)).Body;

    private async Task FinishAllAsync(string tag)
    {
        while (true)
        {
            var request = new ExchangeRequest { Tags = [new TagAccess(tag)], Worker = "w", Count = 1000 };
            var answer = await _server.Scheduler.ExchangeAsync(request, CancellationToken.None);
            if (!answer.HasJob)
                return;
            var done = answer.Jobs.Reverse().Select(job => new DoneReport(job.JobId, JsonText.Parse($$"""{"id":{{job.JobId}}}""")));
            await _server.Scheduler.ExchangeAsync(request with { Count = 0, Done = [.. done] }, CancellationToken.None);
        }
    }
}
