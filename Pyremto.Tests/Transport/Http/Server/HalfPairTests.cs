using System.Net;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>Halves of surrogate pairs in bodies, as Python writes them for names of files that are no UTF-8.</summary>
public sealed class HalfPairTests : IAsyncLifetime
{
    private HttpCoordinator _at = null!;

    public async Task InitializeAsync()
    {
        _at = await HttpCoordinator.StartAsync();
        await _at.SetUpAsync("svr", 3);
    }

    public async Task DisposeAsync() => await _at.DisposeAsync();

    [Fact]
    public async Task They_are_taken_in_reports_and_every_format_and_the_plot_show_the_results()
    {
        const string Worker = """ "worker":"box\udcff" """;
        (await _at.PostAsync("/api/tags/svr/next", $$"""{ {{Worker}},"request_id":"\udcff","count":3}""")).Status.Should().Be(HttpStatusCode.OK);
        (await _at.PostAsync("/api/tags/svr/next", $$"""{ {{Worker}},"count":0,"done":[{"job_id":0,"result":{"\ud800":"data-\udcff","y":1} }]}"""))
            .Status.Should().Be(HttpStatusCode.OK);
        var failed = await _at.PostAsync("/api/tags/svr/next", $$"""{ {{Worker}},"count":0,"failed":[{"job_id":1,"error":"no data-\udcff"}]}""");
        ((string)failed.Json["outcomes"]![0]!["outcome"]!).Should().Be("accepted");
        (await _at.PostAsync("/api/tags/svr/jobs/2/failure", $$"""{ {{Worker}},"error":"no data-\udcff"}""")).Status.Should().Be(HttpStatusCode.OK);

        (await _at.GetAsync("/api/tags/svr/results?format=jsonl")).Text.Should().Contain("""{"\ud800":"data-\udcff","y":1}""");
        var csv = await _at.GetAsync("/api/tags/svr/results?format=csv");
        csv.Status.Should().Be(HttpStatusCode.OK);
        csv.Text.Should().Contain(@"box\udcff").And.Contain(@",result.\ud800,result.y").And.Contain(@",data-\udcff,1");
        var plot = await _at.GetAsync("/api/tags/svr/plot?x=job_id&y=result.y");
        plot.Status.Should().Be(HttpStatusCode.OK, plot.Text);
        (await _at.GetAsync("/api/tags/svr/jobs")).Text.Should().Contain(@"no data-\\udcff");
    }
}
