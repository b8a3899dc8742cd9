using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Pyremto.Tests.Support;
using Pyremto.Tests.Transport.Http.Server;

namespace Pyremto.Tests.Transport.Http.Page.Browser;

/// <summary>What workers and owners wrote is text, and can be taken home.</summary>
[Collection(PageBrowser.Collection)]
public sealed class ContentTests(PageBrowser browser) : IAsyncLifetime
{
    private const string Script = "<script>alert(1)</script><img src=x onerror=alert(2)>";

    private HttpCoordinator _at = null!;

    public async Task InitializeAsync() => _at = await HttpCoordinator.StartAsync();

    public async Task DisposeAsync() => await _at.DisposeAsync();

    [SkippableFact]
    public async Task Markup_in_tags_fields_values_workers_and_errors_stays_text()
    {
        const string Tag = "<script>alert(0)<img>";
        var fields = $$"""{"{{Script}}":1,"text":"{{Script}}"}""";
        var run = await PagedRun.BeginAsync(_at, 3, Tag, description: _ => fields);
        await run.FailAsync($"Error: {Script}", Script);
        await run.DoAsync(2, job => $$"""{"{{Script}}":{{job}},"b":"{{Script}}"}""", Script);
        await using var visit = await browser.VisitAsync(run.Url);
        visit.Page.Dialog += (_, dialog) => throw new InvalidOperationException(dialog.Message);

        await visit.Expect("tag").ToHaveTextAsync(Tag);
        await visit.ExpectPointsAsync(2);
        await visit["best"].ClickAsync();
        await visit.Expect("chosen").ToContainTextAsync("took");
        await visit["latest"].Locator("summary").First.ClickAsync();
        await Assertions.Expect(visit["latest"].Locator("dd").First).ToBeVisibleAsync();
        await visit["exhausted"].Locator("summary").ClickAsync();
        await Assertions.Expect(visit["exhausted"].Locator("pre.error")).ToHaveTextAsync($"Error: {Script}");
        await Assertions.Expect(visit["workers"].Locator("b")).ToHaveTextAsync(Script);
        await Assertions.Expect(visit["chosen"].Locator("dt").First).ToHaveTextAsync(Script);

        (await visit.Page.Locator("img, body script").CountAsync()).Should().Be(0);
    }

    [SkippableFact]
    public async Task Where_nobody_works_there_is_no_expected_time_but_how_to_start_a_worker()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(20));
        await using var at = await HttpCoordinator.StartAsync(build: builder => builder.Services.AddSingleton<TimeProvider>(time));
        var run = await PagedRun.BeginAsync(at, 20, "it's-mine", attempts: 2);
        await using var visit = await browser.VisitAsync(run.Url);
        await visit.Expect("ready-detail").ToHaveTextAsync("No worker has asked for a job yet.");
        for (var i = 0; i < 5; i++)
        {
            await run.DoAsync(1);
            time.Advance(TimeSpan.FromSeconds(10));
        }
        await run.FailAsync("it broke");
        time.Advance(TimeSpan.FromMinutes(17)); // the worker that failed has gone

        await visit.Expect("ready").ToHaveTextAsync("No worker is working");
        await visit.Expect("ready-detail").ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^since "));
        await visit.Expect("notice").ToHaveTextAsync(@"Start one: pyremto work --tag 'it'\''s-mine' -- PROGRAM");
        await visit.Expect("done-of-total").ToHaveTextAsync("5 of 20 jobs done · 1 failed attempt");
        await visit.Expect("rate").ToHaveTextAsync("–");
    }

    [SkippableFact]
    public async Task Long_and_right_to_left_names_break_no_line()
    {
        var run = await PagedRun.BeginAsync(_at, 2, "تجربة-" + new string('m', 110), description: i => $$"""{"{{new string('f', 180)}}":{{i}},"مفتاح":2}""");
        await run.DoAsync(2, job => $$"""{"{{new string('g', 180)}}":{{job}}}""", new string('w', 128));
        await using var visit = await browser.VisitAsync(run.Url, 390, 844);
        await visit.ExpectPointsAsync(2);
        await visit["best"].ClickAsync();
        await visit.Expect("chosen").ToContainTextAsync("took");

        (await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")).Should().Be(390, "nothing may be wider than the phone");
    }

    [SkippableFact]
    public async Task Numbers_that_JavaScript_cannot_hold_are_shown_as_they_were_written()
    {
        var run = await PagedRun.BeginAsync(_at, 1, description: _ => """{"seed":9223372036854775807}""");
        await run.DoAsync(1, _ => """{"loss":1,"huge":1e400}""");
        await using var visit = await browser.VisitAsync(run.Url);
        await visit["latest"].Locator("summary").ClickAsync();

        await Assertions.Expect(visit["latest"].Locator("dd")).ToHaveTextAsync(["1", "1e400", "9223372036854775807"]);
    }

    [SkippableFact]
    public async Task All_results_can_be_downloaded_in_three_formats_with_the_cookie_alone()
    {
        var run = await PagedRun.BeginAsync(_at, 3, password: PagedRun.Password);
        await run.DoAsync(3);
        await using var visit = await browser.VisitAsync(await run.LinkAsync());
        await visit.Expect("downloads").ToBeVisibleAsync();

        var json = JsonNode.Parse(await DownloadAsync(visit, "json"))!.AsArray();
        json.Select(row => (double)row!["result"]!["loss"]!).Should().Equal(0.67, 0.66, 0.65);
        (await DownloadAsync(visit, "jsonl")).TrimEnd().Split('\n').Select(line => (int)JsonNode.Parse(line)!["job_id"]!).Should().Equal(0, 1, 2);
        var csv = (await DownloadAsync(visit, "csv")).TrimEnd().Split('\n');
        csv.Should().HaveCount(4);
        csv[0].Should().Contain("description.lr").And.Contain("result.loss");
    }

    [SkippableFact]
    public async Task Exhausted_jobs_show_their_last_error_and_all_attempts_and_come_in_pages()
    {
        var run = await PagedRun.BeginAsync(_at, 60);
        var first = await run.FailAsync("Traceback (most recent call last):\n  …\nRuntimeError: out of memory");
        for (var i = 1; i < 60; i++)
            await run.FailAsync("boom");
        await using var visit = await browser.VisitAsync(run.Url);
        var items = visit.Page.Locator("#exhausted > li");

        await visit.Expect("exhausted-title").ToHaveTextAsync("60 exhausted jobs");
        await Assertions.Expect(items).ToHaveCountAsync(4);
        await Assertions.Expect(items.First.Locator(".error-line")).ToHaveTextAsync("RuntimeError: out of memory");
        await items.First.Locator("summary").ClickAsync();
        await Assertions.Expect(items.First.Locator(".job")).ToContainTextAsync("1. failed, exit code 1, by pi-lab · 0");
        await visit["exhausted-more"].ClickAsync();
        await Assertions.Expect(items).ToHaveCountAsync(54);
        await visit["exhausted-more"].ClickAsync();
        await Assertions.Expect(items).ToHaveCountAsync(60);
        await visit.Expect("exhausted-more").ToBeHiddenAsync();
        first.Should().Be(0);
    }

    private static async Task<string> DownloadAsync(PageVisit visit, string format)
    {
        var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit["downloads"].Locator($"[data-format={format}]").ClickAsync());
        download.SuggestedFilename.Should().Be($"svr.{format}");
        await using var stream = await download.CreateReadStreamAsync();
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
