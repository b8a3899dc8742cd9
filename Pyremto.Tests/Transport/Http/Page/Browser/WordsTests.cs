using System.Text.Json;
using Pyremto.Tests.Transport.Http.Server;

namespace Pyremto.Tests.Transport.Http.Page.Browser;

/// <summary>The numbers and estimates of the page, by its own modules in the browser.</summary>
[Collection(PageBrowser.Collection)]
public sealed class WordsTests(PageBrowser browser) : IAsyncLifetime
{
    private HttpCoordinator _at = null!;

    public async Task InitializeAsync() => _at = await HttpCoordinator.StartAsync();

    public async Task DisposeAsync() => await _at.DisposeAsync();

    [SkippableFact]
    public async Task Numbers_times_and_names_are_written_as_people_read_them()
    {
        await using var visit = await browser.VisitAsync($"{_at.Url}/t/none");
        var said = await visit.Page.EvaluateAsync<string[]>(
            """
            () => import('/page/format.js').then(m => [
              m.percent(0, 0), m.percent(499, 500), m.percent(99999, 100000), m.percent(500, 500), m.percent(3, 100000), m.percent(712, 100000),
              m.span(0), m.span(0.04), m.span(9.96), m.span(59.9), m.span(60), m.span(3661), m.span(90061), m.rough(3), m.rough(42), m.rough(754), m.rough(5400), m.rough(200000),
              m.rate(null), m.rate(250), m.rate(0.3), m.rate(0.004), m.rate(0.004, 0.3),
              m.value(0), m.value(1234567), m.value(0.123456), m.value(-1e-7), m.value(1.5e12), m.value(null), m.value('text'), m.value([1]),
              m.workerName('gauss:3121:0:k3v9x0p2ma'), m.workerName('my own'), m.workerName(null), m.fieldName('result.net.loss'),
            ])
            """);

        said.Should().Equal(
            "0", "99", "99", "100", "0.0", "0.7",
            "0 s", "0 s", "9.9 s", "59 s", "1 min", "1 h 1 min", "1 d 1 h", "a few seconds", "40 s", "13 min", "1.5 h", "2.5 d",
            "–", "250 / s", "18 / min", "14 / h", "0.24 / min",
            "0", "1,234,567", "0.1235", "−1e−7", "1.5e12", "null", "text", "[1]",
            "gauss · 0", "my own", "anonymous", "net.loss");
    }

    [SkippableTheory]
    [InlineData(1, 400, "even", 1.0, 1.3)] // much was done lately, much is to come: narrow
    [InlineData(1, 4, "even", 1.5, 4.0)] // few are to come: their own scatter counts
    [InlineData(1, 400, "uneven", 1.3, 4.0)] // they came in bursts: wider than chance
    public async Task The_bounds_of_the_expected_time_are_as_wide_as_completions_scatter(double perSecond, int left, string how, double least, double most)
    {
        await using var visit = await browser.VisitAsync($"{_at.Url}/t/none");
        var found = await visit.Page.EvaluateAsync<JsonElement>(
            """
            ([pace, left, how]) => import('/page/estimate.js').then(m => m.estimate(
              { waiting: left, in_progress: 0, done: 200, per_second: pace, eta_seconds: left / pace },
              { counts: Array.from({ length: 21 }, (_, i) => how === 'even' ? 10 : i % 4 ? 0 : 40) }, 0))
            """,
            new object[] { perSecond, left, how });

        var likely = found.GetProperty("likely").GetDouble();
        likely.Should().Be(left / perSecond);
        (found.GetProperty("most").GetDouble() / likely).Should().BeInRange(least, most);
        (likely / found.GetProperty("least").GetDouble()).Should().BeInRange(least, most);
    }

    [SkippableFact]
    public async Task Nothing_is_promised_before_a_few_jobs_are_done()
    {
        await using var visit = await browser.VisitAsync($"{_at.Url}/t/none");
        var promised = await visit.Page.EvaluateAsync<bool[]>(
            """
            () => import('/page/estimate.js').then(m => [[2, 1], [3, 1], [3, null]].map(([done, pace]) =>
              m.estimate({ waiting: 10, in_progress: 2, done, per_second: pace, eta_seconds: pace && 12 }, null, 0) !== null))
            """);

        promised.Should().Equal(false, true, false);
    }
}
