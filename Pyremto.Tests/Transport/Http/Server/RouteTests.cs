using System.Net;
using System.Text.Json.Nodes;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>What each native route does when it is used well.</summary>
public sealed class RouteTests : IAsyncLifetime
{
    private HttpCoordinator _at = null!;

    public async Task InitializeAsync() => _at = await HttpCoordinator.StartAsync();

    public async Task DisposeAsync() => await _at.DisposeAsync();

    [Fact]
    public async Task A_tag_is_created_set_up_worked_on_and_read()
    {
        var created = await _at.PostAsync("/api/tags", """{"tag":"svr"}""");
        created.ShouldBe(HttpStatusCode.Created);
        ((string)created.Json["tag"]!).Should().Be("svr");
        ((string)created.Json["progress_url"]!).Should().Be(_at.Url + "/t/svr");
        ((string)created.Json["view_token"]!).Should().NotBeEmpty();
        created.Headers.Location!.ToString().Should().Be("/api/tags/svr");

        var setUp = await _at.PostAsync("/api/tags/svr/jobs", """{"jobs":[{"x":1},{"x":2}],"max_redistribution_attempts":2}""");
        setUp.ShouldBe(HttpStatusCode.Created);
        Same(setUp, """{"jobs":2}""");

        var next = await _at.PostAsync("/api/tags/svr/next", """{"worker":"w"}""");
        next.ShouldBe(HttpStatusCode.OK);
        ((Guid)next.Json["instance"]!).Should().NotBeEmpty();
        Same(next, """{"state":"job","has_job":1,"tag":"svr","job_id":0,"description":{"x":1},"attempt":1,"repetition":0,"lease_seconds":60,"outcomes":[]}""", "instance");

        var second = await _at.PostAsync("/api/next", """{"tags":[{"tag":"svr"}],"worker":"w","done":[{"job_id":0,"result":{"y":1}}]}""");
        ((int)second.Json["job_id"]!).Should().Be(1);
        Same(second.Json["outcomes"]!, """[{"job_id":0,"outcome":"accepted"}]""");
        ((int)(await _at.GetAsync("/api/tags/svr")).Json["done"]!).Should().Be(1);
    }

    [Fact]
    public async Task Work_is_asked_for_without_a_body_and_given_back_by_number()
    {
        await SetUpAsync("svr", 1);
        var first = await _at.PostAsync("/api/tags/svr/next", """{"worker":"w"}""");
        ((int)first.Json["has_job"]!).Should().Be(1);
        var released = await _at.PostAsync("/api/tags/svr/next", """{"worker":"w","count":0,"released":[0]}""");
        Same(released.Json["outcomes"]!, """[{"job_id":0,"outcome":"accepted"}]""");
        ((int)(await _at.PostAsync("/api/tags/svr/next")).Json["attempt"]!).Should().Be(2);
        Same(await _at.PostAsync("/api/tags/svr/next"), """{"state":"wait","has_job":0,"outcomes":[]}""");
    }

    [Fact]
    public async Task Several_jobs_come_as_a_list()
    {
        await SetUpAsync("svr", 3);
        var answer = await _at.PostAsync("/api/tags/svr/next", """{"count":2}""");
        answer.Json["jobs"]!.AsArray().Select(job => (int)job!["job_id"]!).Should().Equal(0, 1);
    }

    [Fact]
    public async Task Who_names_the_protocol_is_answered_by_the_contract()
    {
        await SetUpAsync("svr", 1);
        var answer = await _at.SendAsync(HttpMethod.Post, "/api/next", """{"tags":[{"tag":"svr"}]}""", change: request => request.Headers.Add("Pyremto-Protocol", "1"));
        answer.Headers.GetValues("Pyremto-Protocol").Should().Equal("1");
        answer.Json.AsObject().Select(field => field.Key).Should().Equal("state", "jobs", "outcomes");
        ((int)answer.Json["jobs"]![0]!["lease_seconds"]!).Should().Be(60);
    }

    [Fact]
    public async Task Single_reports_have_routes_of_their_own()
    {
        await SetUpAsync("svr", 3, attempts: 2);
        for (var i = 0; i < 3; i++)
            await _at.PostAsync("/api/tags/svr/next", """{"worker":"w"}""");
        Same(await _at.SendAsync(HttpMethod.Put, "/api/tags/svr/jobs/0/result?worker=w&attempt=1", """{"y":1e400}"""), """{"job_id":0,"outcome":"accepted"}""");
        Same(await _at.SendAsync(HttpMethod.Put, "/api/tags/svr/jobs/0/result?worker=v", """{"y":2}"""), """{"job_id":0,"outcome":"already_done","differs":true}""");
        Same(await _at.PostAsync("/api/tags/svr/jobs/1/failure", """{"worker":"w","error":"broken","exit_code":3}"""), """{"job_id":1,"outcome":"accepted"}""");
        Same(await _at.PostAsync("/api/tags/svr/jobs/2/release", """{"worker":"w"}"""), """{"job_id":2,"outcome":"accepted"}""");
        Same(await _at.PostAsync("/api/tags/svr/jobs/2/release", """{"worker":"w"}"""), """{"job_id":2,"outcome":"accepted"}""");
        (await _at.PostAsync("/api/tags/svr/jobs/2/release", """{"worker":"v"}""")).ShouldBe(HttpStatusCode.Conflict, ErrorCodes.NotHeld);
        (await _at.SendAsync(HttpMethod.Put, "/api/tags/svr/jobs/9/result", "{}")).ShouldBe(HttpStatusCode.BadRequest, ErrorCodes.InvalidJob);

        var jobs = (await _at.GetAsync("/api/tags/svr/jobs?state=waiting&limit=1")).Json;
        ((int)jobs["next"]!).Should().Be(1);
        ((string)jobs["jobs"]![0]!["attempts"]![0]!["error"]!).Should().Be("broken");
        (await _at.GetAsync("/api/tags/svr/results")).Text.Should().Contain("1e400", "S13");
    }

    [Fact]
    public async Task A_heartbeat_tells_what_is_no_longer_needed()
    {
        await SetUpAsync("svr", 1, attempts: 2);
        await _at.PostAsync("/api/tags/svr/next", """{"worker":"w"}""");
        Same(await _at.PostAsync("/api/tags/svr/heartbeat", """{"worker":"w","jobs":[0]}"""), """{"not_needed":[]}""");
        Same(await _at.PostAsync("/api/tags/svr/cancel"), """{"jobs":1,"unchanged":[]}""");
        Same((await _at.PostAsync("/api/heartbeat", """{"tags":[{"tag":"svr"}],"worker":"w","jobs":[{"job_id":0,"attempt":1}]}""")).Json["not_needed"]!,
            """[{"job_id":0,"tag":"svr","attempt":1}]""");
    }

    [Fact]
    public async Task The_owners_verbs_do_what_they_say()
    {
        await SetUpAsync("svr", 2);
        (await _at.PostAsync("/api/tags/svr/pause")).ShouldBe(HttpStatusCode.NoContent);
        ((string)(await _at.PostAsync("/api/tags/svr/next")).Json["state"]!).Should().Be("paused");
        (await _at.PostAsync("/api/tags/svr/resume")).ShouldBe(HttpStatusCode.NoContent);
        await _at.PostAsync("/api/tags/svr/next", """{"worker":"w"}""");
        await _at.PostAsync("/api/tags/svr/jobs/0/failure", """{"worker":"w","error":"broken"}""");
        Same(
            await _at.PostAsync("/api/tags/svr/retry", """{"jobs":[0,7]}"""),
            """{"jobs":1,"unchanged":[{"job_id":7}]}""");
        Same(
            await _at.PostAsync("/api/tags/svr/cancel", """{"jobs":[0]}"""), """{"jobs":1,"unchanged":[]}""");
        Same(
            await _at.PostAsync("/api/tags/svr/retry", """{"jobs":[0]}"""), """{"jobs":0,"unchanged":[{"job_id":0,"state":"cancelled"}]}""");
        Same(
            await _at.PostAsync("/api/tags/svr/retry", """{"jobs":[0],"cancelled":true}"""), """{"jobs":1,"unchanged":[]}""");
        (await _at.SendAsync(HttpMethod.Patch, "/api/tags/svr", """{"max_redistribution_attempts":7,"lease_seconds":5}""")).ShouldBe(HttpStatusCode.NoContent);
        var progress = (await _at.GetAsync("/api/tags/svr")).Json;
        ((int)progress["max_redistribution_attempts"]!).Should().Be(7);
        ((int)progress["lease_seconds"]!).Should().Be(5);
        (await _at.PostAsync("/api/tags/svr/notes/colour?replace=true", "\"red\"")).ShouldBe(HttpStatusCode.NoContent);
        Same((await _at.GetAsync("/api/tags/svr/notes/colour")).Json, """[{"kind":"colour","body":"red"}]""");
        (await _at.GetAsync("/api/tags/svr/exists")).ShouldBe(HttpStatusCode.NoContent);
        ((string)(await _at.GetAsync("/api/tags")).Json[0]!["tag"]!).Should().Be("svr");
        (await _at.SendAsync(HttpMethod.Delete, "/api/tags/svr", null)).ShouldBe(HttpStatusCode.NoContent);
        (await _at.GetAsync("/api/tags/svr/exists")).ShouldBe(HttpStatusCode.NotFound, ErrorCodes.TagUnknown);
        (await _at.GetAsync("/api/tags")).Text.Should().Be("[]");
    }

    [Fact]
    public async Task Set_up_twice_and_created_twice_are_conflicts()
    {
        await SetUpAsync("svr", 1);
        (await _at.PostAsync("/api/tags", """{"tag":"svr"}""")).ShouldBe(HttpStatusCode.Conflict, ErrorCodes.TagTaken);
        (await _at.PostAsync("/api/tags/svr/jobs", """{"jobs":[{}]}""")).ShouldBe(HttpStatusCode.Conflict, ErrorCodes.JobsAlreadySetUp);
    }

    [Fact]
    public async Task Progress_that_did_not_change_is_not_sent_again()
    {
        await SetUpAsync("svr", 1);
        var first = await _at.GetAsync("/api/tags/svr");
        var etag = first.Headers.ETag!;
        var again = await _at.SendAsync(HttpMethod.Get, "/api/tags/svr", null, change: request => request.Headers.IfNoneMatch.Add(etag));
        again.ShouldBe(HttpStatusCode.NotModified);
        again.Text.Should().BeEmpty();
        await _at.PostAsync("/api/tags/svr/next");
        (await _at.SendAsync(HttpMethod.Get, "/api/tags/svr", null, change: request => request.Headers.IfNoneMatch.Add(etag))).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("csv", "text/csv")]
    [InlineData("jsonl", "application/jsonl")]
    [InlineData("json", "application/json")]
    public async Task Results_stream_in_each_format(string format, string mediaType)
    {
        const int Count = 1200;
        await SetUpAsync("svr", Count);
        await _at.Scheduler.ExchangeAsync(new ExchangeRequest { Tags = [new("svr")], Count = 1000 }, CancellationToken.None);
        await _at.Scheduler.ExchangeAsync(new ExchangeRequest { Tags = [new("svr")], Count = 1000 }, CancellationToken.None);
        var done = Enumerable.Range(0, Count).Select(id => new DoneReport(id, JsonText.Parse($$"""{"y":"=1+{{id}}"}"""))).ToArray();
        await _at.Scheduler.ExchangeAsync(new ExchangeRequest { Tags = [new("svr")], Count = 0, Done = done }, CancellationToken.None);

        var results = await _at.GetAsync($"/api/tags/svr/results?format={format}");

        results.ShouldBe(HttpStatusCode.OK);
        results.ContentHeaders.ContentType!.MediaType.Should().Be(mediaType);
        results.ContentHeaders.ContentDisposition!.FileNameStar.Should().Be("svr." + format);
        results.Text.TrimEnd().Split('\n').Length.Should().Be(format == "jsonl" ? Count : format == "csv" ? Count + 1 : Count + 2);
        results.Text.Should().Contain(format == "csv" ? "'=1+1199" : "\"=1+1199\"");
        var page = await _at.GetAsync("/api/tags/svr/results?format=jsonl&order=by_completion&after=10&limit=2");
        page.Text.TrimEnd().Split('\n').Select(line => (int)JsonNode.Parse(line)!["job_id"]!).Should().Equal(10, 11);
    }

    [Fact]
    public async Task Names_that_need_escaping_name_their_tag()
    {
        foreach (var tag in new[] { "Größe", "ü", "a+b&c=d?e#f", "100%", "%2Fx", "日本" })
        {
            var created = await _at.PostAsync("/api/tags", new JsonObject { ["tag"] = tag }.ToJsonString());
            created.ShouldBe(HttpStatusCode.Created);
            created.Headers.Location!.OriginalString.Should().Be("/api/tags/" + Uri.EscapeDataString(tag));
            (await _at.GetAsync("/api/tags/" + Uri.EscapeDataString(tag) + "/exists")).ShouldBe(HttpStatusCode.NoContent);
        }
    }

    [Fact]
    public async Task A_name_is_made_up_where_none_is_given()
    {
        var created = await _at.PostAsync("/api/tags");
        created.ShouldBe(HttpStatusCode.Created);
        ((string)created.Json["tag"]!).Should().HaveLength(12);
    }

    [Fact]
    public async Task Every_answer_carries_the_headers_that_keep_it_safe()
    {
        var answer = await _at.GetAsync("/api/tags/none");
        answer.ShouldBe(HttpStatusCode.NotFound, ErrorCodes.TagUnknown);
        answer.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
        answer.Headers.CacheControl!.NoStore.Should().BeTrue();
        answer.Headers.GetValues("Content-Security-Policy").Single().Should().Contain("frame-ancestors 'none'");
        answer.Headers.GetValues("Referrer-Policy").Should().Equal("no-referrer");
        answer.Headers.GetValues("Cross-Origin-Resource-Policy").Should().Equal("same-origin");
        answer.Headers.Contains("Server").Should().BeFalse();
    }

    private Task SetUpAsync(string tag, int jobs, int attempts = 1) => _at.SetUpAsync(tag, jobs, attempts);

    private static void Same(Answer answer, string expected, params string[] without)
    {
        answer.ShouldBe(HttpStatusCode.OK == answer.Status ? HttpStatusCode.OK : HttpStatusCode.Created);
        Same(answer.Json, expected, without);
    }

    private static void Same(JsonNode actual, string expected, params string[] without)
    {
        foreach (var name in without)
            actual.AsObject().Remove(name);
        JsonNode.DeepEquals(actual, JsonNode.Parse(expected)).Should().BeTrue(actual.ToJsonString());
    }
}
