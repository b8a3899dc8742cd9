using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Pyremto.Tests.Support;
using Pyremto.Tests.Transport.Http.Server;

namespace Pyremto.Tests.Transport.Http.Page.Browser;

/// <summary>
/// Pictures of the page in each of its states, on a phone and on a desktop, light and dark. They are put into the folder that
/// <c>PYREMTO_PICTURES</c> names, for whoever changes how the page looks; without it, half of them are taken to hold that they can be.
/// </summary>
[Collection(PageBrowser.Collection)]
public sealed class PictureTests(PageBrowser browser)
{
    private const int Jobs = 500;

    private static readonly Look[] Looks =
    [
        new("phone", 390, 844, ColorScheme.Light), new("desktop", 1280, 800, ColorScheme.Dark),
        new("phone", 390, 844, ColorScheme.Dark), new("desktop", 1280, 800, ColorScheme.Light),
    ];

    private readonly record struct Look(string Name, int Width, int Height, ColorScheme Scheme);

    private readonly Dictionary<string, string> _pages = new(StringComparer.Ordinal);

    [SkippableFact]
    public async Task Each_state_can_be_seen_on_a_phone_and_a_desktop_in_light_and_dark()
    {
        using var temporary = new TempDirectory();
        var wanted = Environment.GetEnvironmentVariable("PYREMTO_PICTURES");
        var folder = wanted ?? temporary.Path;
        Look[] looks = wanted is null ? Looks[..2] : Looks;
        Directory.CreateDirectory(folder);
        await using var beginning = await StartAsync("0", SimulatedRun.Plan(Jobs, 0));
        await using var middle = await StartAsync("middle", SimulatedRun.Plan(Jobs, 211));
        await using var failures = await StartAsync("failures", SimulatedRun.Plan(Jobs, 388, failing: 31));
        await using var deserted = await StartAsync("deserted", SimulatedRun.Plan(Jobs, 120, failing: 31), TimeSpan.FromMinutes(17));
        await using var end = await StartAsync("100", SimulatedRun.Plan(Jobs, Jobs));
        _pages["unknown"] = _pages["middle"].Replace("svr-grid", "svr-gird", StringComparison.Ordinal);
        _pages["wrong-token"] = $"{_pages["locked"]}#view=bm90IGl0";

        var taken = 0;
        foreach (var look in looks)
        {
            foreach (var (state, url) in _pages.Where(page => page.Key != "locked"))
            {
                await using var visit = await browser.VisitAsync(url, look.Width, look.Height, look.Scheme);
                await ReadyAsync(visit, state);
                var name = Path.Combine(folder, $"{state}-{look.Name}-{look.Scheme.ToString().ToLowerInvariant()}.png");
                await visit.Page.ScreenshotAsync(new() { Path = name, Animations = ScreenshotAnimations.Disabled });
                taken++;
                if (state is "failures" or "middle")
                    await WholeAsync(visit, name.Replace(".png", "-whole.png", StringComparison.Ordinal));
            }
        }

        taken.Should().Be(7 * looks.Length);
        Directory.GetFiles(folder, "*.png").Select(file => new FileInfo(file).Length).Should().HaveCountGreaterThanOrEqualTo(9 * looks.Length).And.AllSatisfy(length => length.Should().BeGreaterThan(5_000));
    }

    /// <summary>The whole length of the page, with a point chosen, a failure opened, and the owner's section open.</summary>
    private static async Task WholeAsync(PageVisit visit, string name)
    {
        await visit["plot"].FocusAsync();
        for (var i = 0; i < 3; i++)
            await visit.Page.Keyboard.PressAsync("ArrowRight");
        await visit.Page.EvaluateAsync("document.activeElement.blur()");
        if (await visit["exhausted"].IsVisibleAsync())
            await visit["exhausted"].Locator("summary").First.ClickAsync();
        await visit["steer"].Locator("summary").ClickAsync();
        await visit.Expect("chosen").ToContainTextAsync("took");
        await visit.Page.EvaluateAsync("scrollTo(0, 0)");
        await visit.Page.ScreenshotAsync(new() { Path = name, FullPage = true, Animations = ScreenshotAnimations.Disabled });
    }

    private static async Task ReadyAsync(PageVisit visit, string state)
    {
        if (state is "unknown" or "wrong-token")
        {
            await visit.Expect("gate-title").Not.ToBeEmptyAsync();
            return;
        }
        await visit.Expect("ready").Not.ToBeEmptyAsync();
        if (state == "0")
            return;
        await visit.UntilAsync("() => document.querySelector('scatter-plot').points[0]?.left >= 0 && document.querySelector('#pace path').getAttribute('d')");
        await visit.Expect("ready").ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^(About|Done|No worker)"));
        if (state == "failures")
            await visit.Expect("exhausted-more").ToBeVisibleAsync();
    }

    private async Task<HttpCoordinator> StartAsync(string state, SimulatedRun run, TimeSpan since = default)
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow() - run.Length - since);
        var at = await HttpCoordinator.StartAsync(build: builder => builder.Services.AddSingleton<TimeProvider>(time));
        var paged = await PagedRun.BeginAsync(at, Jobs, "svr-grid", description: SimulatedRun.Setting);
        await run.PlayAsync(at.Scheduler, paged.Access, time);
        time.Advance(since);
        _pages[state] = paged.Url;
        if (state == "0")
            _pages["locked"] = (await PagedRun.BeginAsync(at, 1, "private", password: PagedRun.Password)).Url;
        return at;
    }
}
