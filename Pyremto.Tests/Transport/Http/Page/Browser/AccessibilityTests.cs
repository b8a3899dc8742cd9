using Microsoft.Playwright;
using Pyremto.Tests.Transport.Http.Server;

namespace Pyremto.Tests.Transport.Http.Page.Browser;

/// <summary>The page by keyboard, to a screen reader, in two sizes and in dark.</summary>
[Collection(PageBrowser.Collection)]
public sealed class AccessibilityTests(PageBrowser browser) : IAsyncLifetime
{
    private HttpCoordinator _at = null!;

    public async Task InitializeAsync() => _at = await HttpCoordinator.StartAsync();

    public async Task DisposeAsync() => await _at.DisposeAsync();

    [SkippableFact]
    public async Task All_can_be_reached_and_done_by_keyboard()
    {
        var run = await PagedRun.BeginAsync(_at, 8);
        await run.DoAsync(6);
        await run.FailAsync("boom");
        await using var visit = await browser.VisitAsync(run.Url);
        await visit.ExpectPointsAsync(6);
        var page = visit.Page;

        var reached = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 40 && !reached.Contains("summary:Steer+"); i++)
        {
            await page.Keyboard.PressAsync("Tab");
            var (name, visible) = (await page.EvaluateAsync<string>("document.activeElement.id || `${document.activeElement.localName}:${document.activeElement.textContent}`"),
                await page.EvaluateAsync<bool>("document.activeElement.matches(':focus-visible') && getComputedStyle(document.activeElement).outlineStyle !== 'none'"));
            visible.Should().BeTrue("the focus on {0} has to be seen", name);
            reached.Add(name);
            if (name == "summary:Steer")
                break;
        }
        reached.Should().Contain(["best", "goal", "plot-x", "plot-y", "plot-colour", "log-x", "plot", "a:CSV", "a:JSON", "a:JSON lines", "summary:Steer"]);

        await visit["plot"].FocusAsync();
        await page.Keyboard.PressAsync("End");
        await visit.Expect("chosen").ToContainTextAsync("Job 5");
        await page.Keyboard.PressAsync("ArrowLeft");
        await visit.Expect("chosen").ToContainTextAsync("Job 4");
        await page.Keyboard.PressAsync("b");
        await visit.Expect("chosen").ToContainTextAsync("Job 5");
        await page.Keyboard.PressAsync("Escape");
        await visit.Expect("chosen").ToBeHiddenAsync();
        await visit["exhausted"].Locator("summary").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visit["exhausted"].Locator("pre.error")).ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task A_screen_reader_finds_landmarks_headings_and_the_bar_and_is_told_seldom()
    {
        var run = await PagedRun.BeginAsync(_at, 4);
        await using var visit = await browser.VisitAsync(run.Url);
        await visit.Expect("spoken").ToHaveTextAsync("0 per cent, 0 of 4 jobs done. Ready to start.");

        await run.DoAsync(2);
        await visit.Expect("percent").ToHaveTextAsync("50");

        await visit.Expect("spoken").ToHaveTextAsync("0 per cent, 0 of 4 jobs done. Ready to start.");
        await run.DoAsync(2);
        await visit.Expect("spoken").ToHaveTextAsync("100 per cent, 4 of 4 jobs done. Done.");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Progressbar, new() { Name = "Jobs done" })).ToHaveAttributeAsync("aria-valuenow", "100");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Main)).ToHaveCountAsync(1);
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Banner)).ToHaveCountAsync(1);
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("svr");
        await visit.Expect("pace-section").ToBeVisibleAsync();
        (await visit.Page.GetByRole(AriaRole.Heading, new() { Level = 2 }).AllTextContentsAsync()).Should().Equal("Results", "Latest results", "Completions", "Workers");
        await visit.ExpectPointsAsync(4);
        (await visit.Page.Locator("button:visible, select:visible, a:visible, input:visible").EvaluateAllAsync<string[]>(
            "all => all.filter(e => !(e.ariaLabel || e.labels?.length || e.textContent.trim())).map(e => e.outerHTML)")).Should().BeEmpty("each has a name");
    }

    [SkippableTheory]
    [InlineData(390, 844, ColorScheme.Light)]
    [InlineData(390, 844, ColorScheme.Dark)]
    [InlineData(1280, 800, ColorScheme.Light)]
    [InlineData(1280, 800, ColorScheme.Dark)]
    public async Task Text_has_contrast_and_nothing_is_wider_than_the_screen(int width, int height, ColorScheme scheme)
    {
        var run = await PagedRun.BeginAsync(_at, 8);
        await run.DoAsync(5);
        await run.FailAsync("boom");
        await using var visit = await browser.VisitAsync(run.Url, width, height, scheme);
        await visit.ExpectPointsAsync(5);
        await visit["best"].ClickAsync();
        await visit.Expect("chosen").ToContainTextAsync("took");
        await visit["steer"].Locator("summary").ClickAsync();
        await visit.Expect("pause").ToBeVisibleAsync();

        (await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")).Should().Be(width);
        (await visit.Page.EvaluateAsync<string[]>(FaintTexts)).Should().BeEmpty("text needs a contrast of 4.5 to 1");
    }

    private const string FaintTexts = """
        () => {
          const rgba = text => { const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number); return [r, g, b, a]; };
          const shine = c => { const [r, g, b] = c.map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
          const behind = e => { for (; e; e = e.parentElement) { const c = rgba(getComputedStyle(e).backgroundColor); if (c[3] > 0.99) return c; } return [255, 255, 255, 1]; };
          const faint = [];
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const e = walker.currentNode.parentElement;
            if (!walker.currentNode.textContent.trim() || !e.checkVisibility() || e.closest(':disabled, .unseen, option')) continue;
            const [a, b] = [shine(rgba(getComputedStyle(e).color)), shine(behind(e))].sort((x, y) => y - x);
            if ((a + 0.05) / (b + 0.05) < 4.5) faint.push(`${walker.currentNode.textContent.trim()}: ${((a + 0.05) / (b + 0.05)).toFixed(2)}`);
          }
          return faint;
        }
        """;
}
