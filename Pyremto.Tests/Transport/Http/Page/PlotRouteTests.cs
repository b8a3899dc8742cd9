using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Pyremto.Tests.Transport.Http.Server;
using Xunit.Abstractions;

namespace Pyremto.Tests.Transport.Http.Page;

/// <summary>What the page draws, over HTTP.</summary>
public sealed class PlotRouteTests(ITestOutputHelper output) : IAsyncLifetime
{
    private HttpCoordinator _at = null!;

    public async Task InitializeAsync() => _at = await HttpCoordinator.StartAsync(build: builder =>
        builder.Services.AddPyremto(options => options.MaxDescriptionBytes = 1 << 28));

    public async Task DisposeAsync() => await _at.DisposeAsync();

    [Fact]
    public async Task Without_axes_the_fields_are_told_nested_ones_dotted_and_numbers_alone()
    {
        await DoAsync("svr", [
            ("""{"lr":0.1,"net":{"layers":3,"name":"a"},"flag":true,"list":[1,2]}""", """{"mse":1.5,"bad":null,"huge":1e400}"""),
            ("""{"lr":0.2}""", """{"text":"7"}"""),
        ]);

        var plot = (await _at.GetAsync("/api/tags/svr/plot")).Json;

        var fields = plot["fields"]!.AsArray().ToDictionary(field => (string)field!["name"]!, field => field!, StringComparer.Ordinal);
        fields.Keys.Should().Equal("job_id", "duration_seconds", "elapsed_seconds", "description.lr", "description.net.layers", "result.mse");
        ((int)fields["description.lr"]["count"]!).Should().Be(2);
        ((double)fields["description.lr"]["min"]!).Should().Be(0.1);
        ((double)fields["description.lr"]["max"]!).Should().Be(0.2);
        ((int)plot["total"]!).Should().Be(2);
        ((bool)plot["complete"]!).Should().BeTrue();
        plot["points"].Should().BeNull();
    }

    [Fact]
    public async Task Points_come_as_they_are_with_the_best_and_then_only_what_is_new()
    {
        await DoAsync("svr", [("""{"x":1}""", """{"y":5,"c":9}"""), ("""{"x":2}""", """{"y":3}"""), ("""{"x":3}""", """{"other":1}""")], total: 4);

        var first = await PlotAsync("svr", "x=description.x&y=result.y&colour=result.c");

        first["points"]!.ToJsonString().Should().Be("[[1,5,9,0,1,null],[2,3,null,1,1,null]]");
        ((bool)first["reset"]!).Should().BeTrue();
        first["minimum"]!.ToJsonString().Should().Be("""{"job_id":1,"value":3}""");
        first["maximum"]!.ToJsonString().Should().Be("""{"job_id":0,"value":5}""");

        var again = await PlotAsync("svr", $"x=description.x&y=result.y&colour=result.c&after={first["cursor"]}");
        again["points"]!.ToJsonString().Should().Be("[]");
        ((bool)again["reset"]!).Should().BeFalse();

        await FinishAsync("svr", """{"y":1}""");
        var more = await PlotAsync("svr", $"x=description.x&y=result.y&colour=result.c&after={again["cursor"]}");
        more["points"]!.ToJsonString().Should().Be("[[4,1,null,3,1,null]]");
        ((bool)more["reset"]!).Should().BeFalse();
    }

    [Fact]
    public async Task Repeats_of_one_description_fold_to_mean_and_spread()
    {
        await _at.Scheduler.CreateTagAsync(new CreateTag { Tag = "svr" }, CancellationToken.None);
        await _at.Scheduler.SetUpJobsAsync(new TagAccess("svr"), new JobSetup { Jobs = [.. Jobs(2)], Repetitions = 3 }, CancellationToken.None);
        foreach (var y in new[] { 1, 10, 2, 10, 3 })
            await FinishAsync("svr", $$"""{"y":{{y}}}""");

        var plot = await PlotAsync("svr", "x=description.x&y=result.y&fold=true");

        plot["points"]!.ToJsonString().Should().Be("[[0,2,null,0,3,1],[1,10,null,1,2,0]]");
        plot["minimum"]!.ToJsonString().Should().Be("""{"job_id":0,"value":2}""");

        await FinishAsync("svr", """{"y":16}""");
        var more = await PlotAsync("svr", $"x=description.x&y=result.y&fold=true&after={plot["cursor"]}");
        var moved = more["points"]!.AsArray().Should().ContainSingle("the other did not move").Subject!;
        ((int)moved[3]!).Should().Be(1);
        ((double)moved[1]!).Should().Be(12);
        ((double)moved[5]!).Should().BeApproximately(Math.Sqrt(12), 1e-12);
    }

    [Fact]
    public async Task Another_tag_of_the_same_name_shows_nothing_of_the_one_before()
    {
        await DoAsync("svr", [("""{"x":1}""", """{"y":5}""")]);
        var cursor = (string)(await PlotAsync("svr", "x=description.x&y=result.y"))["cursor"]!;
        await _at.Scheduler.DeleteTagAsync(new TagAccess("svr"), CancellationToken.None);
        await DoAsync("svr", [("""{"z":1}""", """{"y":6}""")]);

        var plot = await PlotAsync("svr", $"x=description.z&y=result.y&after={cursor}");

        ((bool)plot["reset"]!).Should().BeTrue();
        plot["points"]!.ToJsonString().Should().Be("[[1,6,null,0,1,null]]");
        plot.ToJsonString().Should().NotContain("description.x");
    }

    [Theory]
    [InlineData("plot?x=a")]
    [InlineData("plot?y=a")]
    [InlineData("plot?colour=a")]
    [InlineData("plot?x=a&y=b&most=15")]
    [InlineData("plot?x=a&y=b&most=10001")]
    [InlineData("plot?x=a&y=b&most=-1")]
    [InlineData("plot?x=a&y=b&most=many")]
    [InlineData("plot?x=a&y=b&fold=perhaps")]
    [InlineData("plot?x=a&y=b&after=7")]
    [InlineData("plot?x=a&y=b&after=a.b.c")]
    [InlineData("plot?x=a&y=b&after=a.1.-1")]
    [InlineData("plot?x=a&y=b&after=a.1.99999999999999999999")]
    [InlineData("plot?x=a&y=b&after=a.1.1.1")]
    [InlineData("plot?after=abcdefgh.1.1")]
    [InlineData("completions?bins=0")]
    [InlineData("completions?bins=1001")]
    [InlineData("completions?bins=1.5")]
    [InlineData("latest?limit=0")]
    [InlineData("latest?limit=101")]
    public async Task Questions_that_make_no_sense_are_refused(string question)
    {
        await _at.SetUpAsync("svr", 1);
        (await _at.GetAsync("/api/tags/svr/" + question)).ShouldBe(HttpStatusCode.BadRequest, ErrorCodes.InvalidRequest);
        (await _at.GetAsync("/api/tags/nothing/" + question)).ShouldBe(HttpStatusCode.BadRequest, ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task A_name_longer_than_any_field_is_refused() =>
        (await _at.GetAsync($"/api/tags/svr/plot?x={new string('x', 201)}&y=b")).ShouldBe(HttpStatusCode.BadRequest, ErrorCodes.InvalidRequest);

    [Theory]
    [InlineData("plot")]
    [InlineData("completions")]
    [InlineData("latest")]
    public async Task They_need_a_credential_as_all_that_is_read_does(string route)
    {
        await _at.SetUpAsync("svr", 1, password: "secret");
        (await _at.GetAsync("/api/tags/svr/" + route)).ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
        (await _at.GetAsync("/api/tags/svr/" + route, HttpCoordinator.Token("guess"))).ShouldBe(HttpStatusCode.Unauthorized, ErrorCodes.WrongPassword);
        (await _at.GetAsync("/api/tags/svr/" + route, HttpCoordinator.Password("secret"))).ShouldBe(HttpStatusCode.OK);
        (await _at.GetAsync("/api/tags/nothing/" + route)).ShouldBe(HttpStatusCode.NotFound, ErrorCodes.TagUnknown);
    }

    [Fact]
    public async Task Names_of_fields_that_want_to_be_more_stay_names()
    {
        const string Name = "<script>alert(1)</script>\"&\u2028\u0000";
        var description = new JsonObject { [Name] = 1, [""] = 2, [new string('n', 300)] = 3 }.ToJsonString();
        await DoAsync("a<b>&\"c'", [(description, """{"y":1}""")]);

        var fields = (await _at.GetAsync("/api/tags/" + Uri.EscapeDataString("a<b>&\"c'") + "/plot")).Json;
        fields["fields"]!.AsArray().Select(field => (string)field!["name"]!).Should().Contain(["description." + Name, "description."]);
        fields["fields"]!.AsArray().Should().HaveCount(6, "a name of 300 characters is left out");

        var points = (await PlotAsync("a<b>&\"c'", $"x={Uri.EscapeDataString("description." + Name)}&y=description."))["points"];
        points!.ToJsonString().Should().Be("[[1,2,null,0,1,null]]");
    }

    [Fact]
    public async Task A_field_that_nobody_has_yet_has_no_points()
    {
        await DoAsync("svr", [("""{"x":1}""", """{"y":5}""")]);
        var plot = await PlotAsync("svr", "x=description.x&y=result.nothing");
        plot["points"]!.AsArray().Should().BeEmpty();
        plot["minimum"].Should().BeNull();
    }

    [Fact]
    public async Task Completions_count_every_result_once()
    {
        await DoAsync("svr", [.. Enumerable.Repeat(("{}", "{}"), 100)]);

        var answer = (await _at.GetAsync("/api/tags/svr/completions?bins=7")).Json;

        answer["counts"]!.AsArray().Sum(count => (int)count!).Should().Be(100);
        answer["counts"]!.AsArray().Count.Should().BeInRange(1, 7);
        var seconds = (double)answer["bin_seconds"]! * answer["counts"]!.AsArray().Count;
        ((DateTimeOffset)answer["to"]! - (DateTimeOffset)answer["from"]!).TotalSeconds.Should().BeApproximately(seconds, 1e-3);
    }

    [Fact]
    public async Task The_newest_results_come_first_and_long_ones_are_left_out()
    {
        var text = new string('x', 5000);
        await DoAsync("svr", [("""{"x":1}""", """{"y":1}"""), ("""{"x":2}""", $$"""{"y":"{{text}}"}"""), ("""{"x":3}""", """{"y":1e400}""")]);

        var latest = (await _at.GetAsync("/api/tags/svr/latest?limit=2")).Json.AsArray();

        latest.Select(result => (int)result!["job_id"]!).Should().Equal(2, 1);
        latest[0]!["result"]!.ToJsonString().Should().Be("""{"y":1e400}""", "S13");
        latest[1]!["result"].Should().BeNull();
        ((int)latest[1]!["result_bytes"]!).Should().Be(text.Length + 8);
        (await _at.GetAsync("/api/tags/svr/latest")).Json.AsArray().Should().HaveCount(3);
    }

    [Fact]
    public async Task A_relay_draws_what_its_coordinator_has()
    {
        await DoAsync("svr", [("""{"x":1}""", """{"y":5}"""), ("""{"x":2}""", """{"y":3}""")]);
        await using var relay = await HttpCoordinator.StartAsync(build: builder => builder.Services.AddPyremto().UseHttp(_at.Url));

        (await relay.GetAsync("/api/tags/svr/plot?x=description.x&y=result.y")).Json["points"]!.ToJsonString().Should().Be("[[1,5,null,0,1,null],[2,3,null,1,1,null]]");
        (await relay.GetAsync("/api/tags/svr/latest?limit=1")).Json[0]!["job_id"]!.ToJsonString().Should().Be("1");
        (await relay.GetAsync("/api/tags/svr/completions")).Json["counts"]!.AsArray().Sum(count => (int)count!).Should().Be(2);
    }

    [Fact]
    public async Task With_100_000_results_an_answer_is_small_and_keeps_the_best()
    {
        const int Count = 100_000;
        var random = new Random(7);
        var pairs = Enumerable.Range(0, Count).Select(i => (
            string.Create(CultureInfo.InvariantCulture, $$"""{"x":{{random.NextDouble()}},"lr":{{Math.Pow(10, -5 * random.NextDouble())}}}"""),
            string.Create(CultureInfo.InvariantCulture, $$"""{"y":{{(i == 77_777 ? -5 : random.NextDouble())}}}"""))).ToArray();
        await DoAsync("svr", pairs);
        JsonNode plot;
        do
            plot = await PlotAsync("svr", "x=description.x&y=result.y&colour=description.lr"); // reads on for two seconds a time
        while (!(bool)plot["complete"]!);

        var watch = Stopwatch.StartNew();
        var answer = await _at.GetAsync("/api/tags/svr/plot?x=description.lr&y=result.y&colour=description.x");
        var took = watch.Elapsed;

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{took.TotalMilliseconds:0} ms, {answer.Text.Length:N0} bytes"));
        took.Should().BeLessThan(TimeSpan.FromSeconds(5), "it takes milliseconds; a busy machine may be slow");
        answer.Text.Length.Should().BeLessThan(200_000);
        var points = answer.Json["points"]!.AsArray();
        points.Count.Should().BeInRange(1000, 2000);
        points.Should().Contain(point => (int)point![3]! == 77_777, "it is the least");
        answer.Json["minimum"]!.ToJsonString().Should().Be("""{"job_id":77777,"value":-5}""");
        ((int)answer.Json["total"]!).Should().Be(Count);

        watch.Restart();
        var more = await _at.GetAsync($"/api/tags/svr/plot?x=description.lr&y=result.y&colour=description.x&after={answer.Json["cursor"]}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"nothing new: {watch.Elapsed.TotalMilliseconds:0.0} ms, {more.Text.Length:N0} bytes"));
        more.Text.Length.Should().BeLessThan(2000);
    }

    private async Task<JsonNode> PlotAsync(string tag, string question)
    {
        var answer = await _at.GetAsync($"/api/tags/{Uri.EscapeDataString(tag)}/plot?{question}");
        answer.ShouldBe(HttpStatusCode.OK);
        return answer.Json;
    }

    /// <summary>Sets up jobs and does the first of them, in their order.</summary>
    private async Task DoAsync(string tag, (string Description, string Result)[] jobs, int total = 0)
    {
        await _at.Scheduler.CreateTagAsync(new CreateTag { Tag = tag }, CancellationToken.None);
        var descriptions = jobs.Select(job => job.Description).ToList();
        for (var i = descriptions.Count; i < total; i++)
            descriptions.Add($$"""{"x":{{i + 1}}}""");
        await _at.Scheduler.SetUpJobsAsync(new TagAccess(tag), new JobSetup { Jobs = [.. descriptions.Select(JsonText.Parse)] }, CancellationToken.None);
        foreach (var part in jobs.Index().Chunk(1000))
        {
            await _at.Scheduler.ExchangeAsync(new ExchangeRequest { Tags = [new(tag)], Count = part.Length }, CancellationToken.None);
            var done = part.Select(job => new DoneReport(job.Index, JsonText.Parse(job.Item.Result))).ToArray();
            await _at.Scheduler.ExchangeAsync(new ExchangeRequest { Tags = [new(tag)], Count = 0, Done = done }, CancellationToken.None);
        }
    }

    private async Task FinishAsync(string tag, string result)
    {
        var next = await _at.Scheduler.ExchangeAsync(new ExchangeRequest { Tags = [new(tag)] }, CancellationToken.None);
        var done = new DoneReport(next.Jobs.Single().JobId, JsonText.Parse(result));
        await _at.Scheduler.ExchangeAsync(new ExchangeRequest { Tags = [new(tag)], Count = 0, Done = [done] }, CancellationToken.None);
    }

    private static IEnumerable<JsonText> Jobs(int count) => Support.Make.Jobs(count);
}
