using System.Globalization;
using Microsoft.Playwright;
using Pyremto.Tests.Transport.Http.Server;

namespace Pyremto.Tests.Transport.Http.Page.Browser;

/// <summary>The plot of results.</summary>
[Collection(PageBrowser.Collection)]
public sealed class PlotTests(PageBrowser browser) : IAsyncLifetime
{
    private HttpCoordinator _at = null!;

    public async Task InitializeAsync() => _at = await HttpCoordinator.StartAsync();

    public async Task DisposeAsync() => await _at.DisposeAsync();

    [SkippableFact]
    public async Task Points_appear_as_they_come_over_a_choice_of_fields_that_makes_sense()
    {
        var run = await PagedRun.BeginAsync(_at, 40);
        await run.DoAsync(20);
        await using var visit = await browser.VisitAsync(run.Url);

        await visit.ExpectPointsAsync(20);
        (await visit["plot-x"].InputValueAsync()).Should().Be("description.lr");
        (await visit["plot-y"].InputValueAsync()).Should().Be("result.loss");
        (await visit["plot-colour"].InputValueAsync()).Should().Be("description.depth");
        await visit.Expect("best-value").ToHaveTextAsync("0.5");
        await visit.Expect("best-job").ToHaveTextAsync("job 17");
        await run.DoAsync(20);
        await visit.ExpectPointsAsync(40);

        var points = await visit.PointsAsync();
        points.Should().BeInAscendingOrder(point => point.X).And.BeInAscendingOrder(point => point.Left);
        points.MinBy(point => point.Y)!.Job.Should().Be(17);
        points.MaxBy(point => point.Top)!.Job.Should().Be(17, "less is drawn further down");
    }

    [SkippableFact]
    public async Task A_tapped_point_tells_its_job()
    {
        var run = await PagedRun.BeginAsync(_at, 10);
        await run.DoAsync(10);
        await using var visit = await browser.VisitAsync(run.Url, 390, 844);
        await visit.ExpectPointsAsync(10);
        var point = (await visit.PointsAsync())[6];

        await visit["plot"].TapAsync(new() { Position = new() { X = (float)point.Left + 3, Y = (float)point.Top - 3 } });

        await visit.Expect("chosen").ToContainTextAsync($"Job {point.Job}");
        await visit.Expect("chosen").ToContainTextAsync(string.Create(CultureInfo.InvariantCulture, $"loss {point.Y}"));
        await visit.Expect("chosen").ToContainTextAsync("took");
        await visit.Expect("chosen").ToContainTextAsync("by gauss · 0");
        await Assertions.Expect(visit["chosen"].Locator(".values dt")).ToHaveTextAsync(["loss", "accuracy", "lr", "depth"]);
    }

    [SkippableFact]
    public async Task Fields_scales_and_goal_can_be_chosen_and_stay_in_the_address()
    {
        var run = await PagedRun.BeginAsync(_at, 30);
        await run.DoAsync(30);
        await using var visit = await browser.VisitAsync(run.Url);
        await visit.ExpectPointsAsync(30);

        await visit["plot-x"].SelectOptionAsync("job_id");
        await visit["plot-colour"].SelectOptionAsync("");
        await visit.UntilAsync("() => document.querySelector('scatter-plot').points[29]?.x === 29");
        await visit["log-y"].ClickAsync();
        await visit["goal"].ClickAsync();
        await visit.Expect("best-job").ToHaveTextAsync("job 0");
        await visit.Expect("log-y").ToHaveAttributeAsync("aria-pressed", "true");
        await visit.Expect("ramp").ToBeHiddenAsync();

        await visit.Page.ReloadAsync();

        await visit.ExpectPointsAsync(30);
        (await visit["plot-x"].InputValueAsync()).Should().Be("job_id");
        (await visit["plot-colour"].InputValueAsync()).Should().Be("");
        await visit.Expect("log-y").ToHaveAttributeAsync("aria-pressed", "true");
        await visit.Expect("goal").ToHaveTextAsync("higher is better");
    }

    [SkippableFact]
    public async Task A_wide_range_is_drawn_on_a_logarithmic_axis_by_itself()
    {
        var run = await PagedRun.BeginAsync(_at, 7, description: i => string.Create(CultureInfo.InvariantCulture, $$"""{"c":{{Math.Pow(10, i - 3)}}}"""));
        await run.DoAsync(7);
        await using var visit = await browser.VisitAsync(run.Url);
        await visit.ExpectPointsAsync(7);

        await visit.Expect("log-x").ToHaveAttributeAsync("aria-pressed", "true");
        var left = (await visit.PointsAsync()).Select(point => point.Left).ToList();
        var gaps = left.Zip(left.Skip(1), (a, b) => b - a).ToList();
        gaps.Should().AllSatisfy(gap => gap.Should().BeApproximately(gaps[0], 1));
    }

    [SkippableFact]
    public async Task Repeats_of_a_description_are_one_point_with_mean_and_spread_until_that_is_switched_off()
    {
        var run = await PagedRun.BeginAsync(_at, 4, repetitions: 3);
        await run.DoAsync(12, job => string.Create(CultureInfo.InvariantCulture, $$"""{"loss":{{10 + (job % 4) + (job / 4)}}}"""));
        await using var visit = await browser.VisitAsync(run.Url);

        await visit.ExpectPointsAsync(4);
        (await visit.PointsAsync()).Should().AllSatisfy(point => (point.N, point.Spread).Should().Be((3, 1)))
            .And.BeEquivalentTo(Enumerable.Range(0, 4).Select(i => new { Y = 11.0 + i }));
        await visit["fold"].UncheckAsync();
        await visit.ExpectPointsAsync(12);
    }

    [SkippableFact]
    public async Task Results_without_numbers_show_how_long_the_jobs_took()
    {
        var run = await PagedRun.BeginAsync(_at, 2, description: i => $$"""{"name":"{{(char)('a' + i)}}"}""");
        await run.DoAsync(2, _ => """{"text":"none"}""");
        await using var visit = await browser.VisitAsync(run.Url);

        await visit.ExpectPointsAsync(2);
        (await visit["plot-y"].InputValueAsync()).Should().Be("duration_seconds");
    }
}
