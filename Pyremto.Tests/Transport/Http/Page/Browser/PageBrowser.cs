using Microsoft.Playwright;

namespace Pyremto.Tests.Transport.Http.Page.Browser;

/// <summary>Debian's chromium, started once for all tests of the page; each visit has cookies and storage of its own.</summary>
public sealed class PageBrowser : IAsyncLifetime
{
    public const string Collection = "browser";

    /// <summary>How long anything that the page should do may take: the machine may be busy.</summary>
    public const float Patience = 60_000;

    /// <summary>Names of somebody else's, which the browser's name server leads to this machine.</summary>
    public const string StrangerAt1 = "one.stranger.test";

    /// <inheritdoc cref="StrangerAt1"/>
    public const string StrangerAt2 = "two.stranger.test";

    private const string Chromium = "/usr/bin/chromium";

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync",
        $"--host-resolver-rules=MAP {StrangerAt1} 127.0.0.1,MAP {StrangerAt2} 127.0.0.2", // names of others that lead here
        "--disable-features=LocalNetworkAccessChecks", // a browser's own defence, which not all have: ours is tested
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
        var context = await BeginAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            DeviceScaleFactor = width < 600 ? 2 : 1,
            HasTouch = width < 600,
            ColorScheme = scheme,
            Locale = "en-GB",
            TimezoneId = "Europe/Berlin",
            AcceptDownloads = true,
        });
        var page = await context.NewPageAsync();
        if (before is not null)
            await before(page);
        var visit = new PageVisit(context, page, new Uri(url));
        await page.GotoAsync(url);
        return visit;
    }

    /// <summary>Begins with cookies and storage of its own, for pages that are not ours. Skips as <see cref="VisitAsync"/> does.</summary>
    public async Task<IBrowserContext> BeginAsync(BrowserNewContextOptions? options = null)
    {
        Skip.If(IsMissing, $"There is no {Chromium}: install chromium.");
        var context = await _browser!.NewContextAsync(options);
        context.SetDefaultTimeout(Patience);
        return context;
    }

    private static bool IsMissing => !File.Exists(Chromium) && Environment.GetEnvironmentVariable("CI") != "true";
}

[CollectionDefinition(PageBrowser.Collection)]
public sealed class PageBrowserUsers : ICollectionFixture<PageBrowser>;
