using Microsoft.Playwright;

namespace Pyremto.Tests.Transport.Http.Page.Browser;

/// <summary>Debian's chromium, started once for all tests of the page; each visit has cookies and storage of its own.</summary>
public sealed class PageBrowser : IAsyncLifetime
{
    public const string Collection = "browser";

    /// <summary>How long anything that the page should do may take: the machine may be busy.</summary>
    public const float Patience = 60_000;

    private const string Chromium = "/usr/bin/chromium";

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        if (IsMissing)
            return;
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = Arguments, Timeout = 2 * Patience });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>Opens a page. Skips the test on a developer's machine without chromium; where all has to run (<c>CI=true</c>) it fails instead.</summary>
    public async Task<PageVisit> VisitAsync(string url, int width = 1280, int height = 800, ColorScheme scheme = ColorScheme.Light, Func<IPage, Task>? before = null)
    {
        Skip.If(IsMissing, $"There is no {Chromium}: install chromium.");
        var context = await _browser!.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            DeviceScaleFactor = width < 600 ? 2 : 1,
            HasTouch = width < 600,
            ColorScheme = scheme,
            Locale = "en-GB",
            TimezoneId = "Europe/Berlin",
            AcceptDownloads = true,
        });
        context.SetDefaultTimeout(Patience);
        var page = await context.NewPageAsync();
        if (before is not null)
            await before(page);
        var visit = new PageVisit(context, page, new Uri(url));
        await page.GotoAsync(url);
        return visit;
    }

    private static bool IsMissing => !File.Exists(Chromium) && Environment.GetEnvironmentVariable("CI") != "true";
}

[CollectionDefinition(PageBrowser.Collection)]
public sealed class PageBrowserUsers : ICollectionFixture<PageBrowser>;
