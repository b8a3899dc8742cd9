using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>Requests that make no sense: each is told so, in words, and changes nothing.</summary>
public sealed class BadRequestTests : IAsyncLifetime
{
    private HttpCoordinator _at = null!;

    public async Task InitializeAsync()
    {
        _at = await HttpCoordinator.StartAsync();
        await _at.SetUpAsync("svr", 2);
    }

    public async Task DisposeAsync() => await _at.DisposeAsync();

    [Theory]
    [InlineData("/api/next", "", "no body")]
    [InlineData("/api/next", "null", "object")]
    [InlineData("/api/next", "[]", "object")]
    [InlineData("/api/next", "{", "line 1")]
    [InlineData("/api/next", "{\"tags\":[{\"tag\":\"svr\"}]} x", "line 1")]
    [InlineData("/api/next", "{}", "tags of a request")]
    [InlineData("/api/next", "{\"tags\":null}", "'tags' has to be a list")]
    [InlineData("/api/next", "{\"tags\":[null]}", "tags[0] is null")]
    [InlineData("/api/next", "{\"tags\":[{}]}", "lacks 'tag'")]
    [InlineData("/api/next", "{\"tags\":[{\"tag\":7}]}", "'tag' has to be text")]
    [InlineData("/api/next", "{\"tags\":[{\"tag\":\"svr\"},{\"tag\":\"svr\"}]}", "twice")]
    [InlineData("/api/tags/svr/next", "{\"tags\":[{\"tag\":\"svr\"}]}", "/api/next")]
    [InlineData("/api/tags/svr/next", "{\"count\":\"1\"}", "'count' has to be a whole number")]
    [InlineData("/api/tags/svr/next", "{\"count\":1.5}", "'count' has to be a whole number")]
    [InlineData("/api/tags/svr/next", "{\"count\":1e99}", "'count' has to be a whole number")]
    [InlineData("/api/tags/svr/next", "{\"count\":-1}", "count is -1")]
    [InlineData("/api/tags/svr/next", "{\"count\":2000}", "count is 2000")]
    [InlineData("/api/tags/svr/next", "{\"wait_seconds\":-1}", "negative")]
    [InlineData("/api/tags/svr/next", "{\"wait_seconds\":1e300}", "number of seconds")]
    [InlineData("/api/tags/svr/next", "{\"wait_seconds\":\"soon\"}", "number of seconds")]
    [InlineData("/api/tags/svr/next", "{\"worker\":\"\"}", "worker")]
    [InlineData("/api/tags/svr/next", "{\"worker\":[\"w\"]}", "'worker' has to be text")]
    [InlineData("/api/next", "{\"tags\":[{\"tag\":\"\\ud800\"}]}", "Unicode")]
    [InlineData("/api/next", "{\"tags\":[{\"tag\":\"svr\",\"password\":\"\\ud800\"}]}", "Unicode")]
    [InlineData("/api/tags/svr/next", "{\"done\":{}}", "'done' has to be a list")]
    [InlineData("/api/tags/svr/next", "{\"done\":[null]}", "done[0] is null")]
    [InlineData("/api/tags/svr/next", "{\"done\":[{\"result\":{}}]}", "lacks 'job_id'")]
    [InlineData("/api/tags/svr/next", "{\"done\":[{\"job_id\":0}]}", "lacks 'result'")]
    [InlineData("/api/tags/svr/next", "{\"done\":[{\"job_id\":0,\"result\":{},\"instance\":\"x\"}]}", "'instance'")]
    [InlineData("/api/tags/svr/next", "{\"failed\":[{\"job_id\":0}]}", "lacks 'error'")]
    [InlineData("/api/tags/svr/next", "{\"failed\":[{\"job_id\":0,\"error\":\"e\",\"final\":1}]}", "'final' has to be true or false")]
    [InlineData("/api/tags/svr/next", "{\"released\":[\"0\"]}", "object")]
    [InlineData("/api/tags/svr/heartbeat", "{}", "lacks 'worker'")]
    [InlineData("/api/tags/svr/heartbeat", "", "no body")]
    [InlineData("/api/not-needed", "{}", "not the JSON")]
    [InlineData("/api/not-needed", "{\"workers\":[]}", "1 to 1024 workers")]
    [InlineData("/api/not-needed", "{\"workers\":[null]}", "1 to 1024 workers")]
    [InlineData("/api/not-needed", "{\"workers\":[\"w\"]}", "1 to 64 tags")]
    [InlineData("/api/not-needed", "{\"workers\":[\"w\"],\"tags\":[]}", "1 to 64 tags")]
    [InlineData("/api/not-needed", "{\"workers\":[\"w\"],\"tags\":[null]}", "1 to 64 tags")]
    [InlineData("/api/give-up", "{\"request_id\":\"r\"}", "not the JSON")]
    [InlineData("/api/give-up", "{\"request_id\":\"r\",\"tags\":[]}", "1 to 64 tags")]
    [InlineData("/api/tags", "{\"tag\":\"a/b\"}", "not allowed")]
    [InlineData("/api/tags", "{\"tag\":\"..\"}", "cannot be named")]
    [InlineData("/api/tags", "{\"tag\":\"a\\u0000b\"}", "not allowed")]
    [InlineData("/api/tags", "{\"tag\":\"e\\u0301\"}", "normal form")]
    [InlineData("/api/tags", "{\"password\":\"\"}", "empty")]
    [InlineData("/api/tags", "{\"tag\":{}}", "$.tag")]
    [InlineData("/api/tags/svr/retry", "{\"silent_for_seconds\":1e300}", "silent_for_seconds")]
    [InlineData("/api/tags/svr/retry", "{\"jobs\":[\"x\"]}", "$.jobs[0]")]
    [InlineData("/api/tags/svr/retry", "{\"cancelled\":1}", "$.cancelled")]
    [InlineData("/api/tags/svr/view-tokens", "{\"lifetime_seconds\":-1}", "lifetime")]
    [InlineData("/api/tags/svr/jobs/x/failure", "{\"error\":\"e\"}", "whole number")]
    [InlineData("/api/tags/svr/jobs/-1/release", "", "whole number")]
    [InlineData("/api/tags/svr/notes/k?replace=perhaps", "1", "replace")]
    public async Task A_body_that_makes_no_sense_is_refused_with_words(string path, string body, string words)
    {
        var answer = await _at.PostAsync(path, body);
        answer.ShouldBe(HttpStatusCode.BadRequest, ErrorCodes.InvalidRequest);
        ((string)answer.Json["detail"]!).Should().Contain(words).And.NotContain("Exception").And.NotContain("System.");
        ((int)(await _at.GetAsync("/api/tags/svr")).Json["waiting"]!).Should().Be(2);
    }

    [Theory]
    [InlineData("{\"jobs\":[]}", "no jobs")]
    [InlineData("{\"jobs\":[1]}", "not a JSON object")]
    [InlineData("{\"jobs\":[null]}", "not a JSON object")]
    public async Task Jobs_that_are_none_are_refused(string body, string words)
    {
        await _at.PostAsync("/api/tags", """{"tag":"new"}""");
        var answer = await _at.PostAsync("/api/tags/new/jobs", body);
        answer.ShouldBe(HttpStatusCode.BadRequest, ErrorCodes.InvalidJob);
        ((string)answer.Json["detail"]!).Should().Contain(words);
    }

    [Theory]
    [InlineData("{}", "lacks 'jobs'")]
    [InlineData("{\"jobs\":[{}],\"policy\":\"never\"}", "'policy'")]
    [InlineData("{\"jobs\":[{}],\"repetitions\":0}", "repetitions is 0")]
    [InlineData("{\"jobs\":[{}],\"lease_seconds\":0}", "lease_seconds")]
    public async Task A_set_up_that_makes_no_sense_is_refused(string body, string words)
    {
        await _at.PostAsync("/api/tags", """{"tag":"new"}""");
        var answer = await _at.PostAsync("/api/tags/new/jobs", body);
        answer.ShouldBe(HttpStatusCode.BadRequest, ErrorCodes.InvalidRequest);
        ((string)answer.Json["detail"]!).Should().Contain(words);
    }

    [Fact]
    public async Task Payloads_are_taken_to_the_depth_that_is_allowed_and_no_deeper()
    {
        await _at.PostAsync("/api/tags", """{"tag":"deep"}""");
        (await _at.PostAsync("/api/tags/deep/jobs", $$"""{"jobs":[{{Nested(65)}}]}""")).ShouldBe(HttpStatusCode.BadRequest, ErrorCodes.InvalidJob);
        (await _at.PostAsync("/api/tags/deep/jobs", $$"""{"jobs":[{{Nested(5000)}}]}""")).ShouldBe(HttpStatusCode.BadRequest);
        (await _at.PostAsync("/api/tags/deep/jobs", $$"""{"jobs":[{{Nested(64)}}]}""")).ShouldBe(HttpStatusCode.Created);
        (await _at.SendAsync(HttpMethod.Put, "/api/tags/deep/jobs/0/result", Nested(65))).ShouldBe(HttpStatusCode.BadRequest, ErrorCodes.InvalidJob);

        static string Nested(int depth) => string.Concat(Enumerable.Repeat("{\"a\":", depth - 1)) + "{}" + new string('}', depth - 1);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused()
    {
        byte[] body = [.. "{\"worker\":\""u8, 0xff, 0xfe, .. "\"}"u8];
        var answer = await _at.SendAsync(HttpMethod.Post, "/api/tags/svr/next", null, change: request => request.Content = Json(body));
        answer.ShouldBe(HttpStatusCode.BadRequest, ErrorCodes.InvalidRequest);
        byte[] result = [.. "{\"a\":\""u8, 0xff, .. "\"}"u8];
        (await _at.SendAsync(HttpMethod.Put, "/api/tags/svr/jobs/0/result", null, change: request => request.Content = Json(result)))
            .ShouldBe(HttpStatusCode.BadRequest, ErrorCodes.InvalidJob);

        static ByteArrayContent Json(byte[] bytes) => new(bytes) { Headers = { { "Content-Type", "application/json" } } };
    }

    [Theory]
    [InlineData("/api/tags/svr/jobs?state=lost", "state")]
    [InlineData("/api/tags/svr/jobs?after=x", "after")]
    [InlineData("/api/tags/svr/jobs?limit=0", "limit")]
    [InlineData("/api/tags/svr/jobs?limit=99999999999", "limit")]
    [InlineData("/api/tags/svr/results?format=xlsx", "format")]
    [InlineData("/api/tags/svr/results?order=random", "order")]
    [InlineData("/api/tags/svr/results?limit=-1", "limit")]
    public async Task An_address_that_makes_no_sense_is_refused_with_words(string path, string words)
    {
        var answer = await _at.GetAsync(path);
        answer.ShouldBe(HttpStatusCode.BadRequest, ErrorCodes.InvalidRequest);
        ((string)answer.Json["detail"]!).Should().Contain(words);
    }

    [Theory]
    [InlineData("/api/tags/a%2Fb")]
    [InlineData("/api/tags/a%2fb/exists")]
    [InlineData("/api/tags/..%2Fsvr")]
    [InlineData("/api/tags/%00")]
    [InlineData("/api/tags/svr%00")]
    [InlineData("/api/tags/%2e%2e/tags/none")]
    [InlineData("/api/tags/../../etc/passwd")]
    [InlineData("/api/tags//exists")]
    [InlineData("/api/tags/svr%20")]
    [InlineData("/api/tags/SVR")]
    [InlineData("/api/tags/%c0%af")]
    [InlineData("/api/tags/%ff")]
    public async Task Tricks_with_the_path_reach_no_tag(string path) =>
        (await RawAsync($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).Should().MatchRegex(@"\AHTTP/1\.1 (400|404) ");

    [Theory]
    [InlineData("Basic !!!")]
    [InlineData("Basic bm9jb2xvbg==")]
    [InlineData("Digest x")]
    [InlineData("Basic")]
    public async Task A_credential_that_makes_no_sense_is_refused_and_not_repeated(string header)
    {
        var answer = await RawAsync($"GET /api/tags/svr HTTP/1.1\r\nHost: localhost\r\nAuthorization: {header}\r\nConnection: close\r\n\r\n");
        answer.Should().StartWith("HTTP/1.1 400 ").And.Contain("invalid_request").And.NotContain("bm9jb2xvbg");
    }

    [Fact]
    public async Task Another_version_of_the_protocol_is_told_to_update()
    {
        var answer = await _at.SendAsync(HttpMethod.Post, "/api/next", "{}", change: request => request.Headers.Add("Pyremto-Protocol", "99"));
        answer.ShouldBe(HttpStatusCode.BadRequest, ErrorCodes.InvalidRequest);
        ((string)answer.Json["detail"]!).Should().Contain("update");
    }

    [Fact]
    public async Task One_refused_report_hinders_no_other()
    {
        await _at.PostAsync("/api/tags/svr/next", """{"worker":"w"}""");
        var answer = await _at.PostAsync("/api/tags/svr/next", """{"worker":"w","done":[{"job_id":0,"result":7},{"job_id":5,"result":{}},{"job_id":0,"result":{}}]}""");
        answer.Json["outcomes"]!.AsArray().Select(outcome => (string)outcome!["outcome"]!).Should().Equal("refused", "refused", "accepted");
        ((int)answer.Json["has_job"]!).Should().Be(1, "S5");
    }

    private async Task<string> RawAsync(string request)
    {
        var url = new Uri(_at.Url);
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync().WaitAsync(HttpCoordinator.Patience);
    }
}
