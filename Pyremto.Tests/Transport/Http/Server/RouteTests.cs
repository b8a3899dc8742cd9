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
        ((int)setUp.Json["jobs"]!).Should().Be(2);

        var next = await _at.PostAsync("/api/tags/svr/next", """{"worker":"w"}""");
        next.ShouldBe(HttpStatusCode.OK);
        next.Json.AsObject().Remove("instance").Should().BeTrue();
        Same(next, """{"state":"job","has_job":1,"tag":"svr","job_id":0,"description":{"x":1},"attempt":1,"repetition":0,"lease_seconds":60,"outcomes":[]}""", "instance");

        var second = await _at.PostAsync("/api/next", """{"tags":[{"tag":"svr"}],"worker":"w","done":[{"job_id":0,"result":{"y":1}}]}""");
        ((int)second.Json["job_id"]!).Should().Be(1);
        ((string)second.Json["outcomes"]![0]!["outcome"]!).Should().Be("accepted");

        var progress = await _at.GetAsync("/api/tags/svr");
        progress.ShouldBe(HttpStatusCode.OK);
        ((int)progress.Json["done"]!).Should().Be(1);
        var results = await _at.GetAsync("/api/tags/svr/results");
        ((int)results.Json[0]!["result"]!["y"]!).Should().Be(1);
    }

    private static void Same(Answer answer, string expected, params string[] without)
    {
        var json = answer.Json.AsObject();
        foreach (var name in without)
            json.Remove(name);
        JsonNode.DeepEquals(json, JsonNode.Parse(expected)).Should().BeTrue(answer.Text);
    }
}
