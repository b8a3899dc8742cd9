using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Pyremto.Tests.Transport.Http.Page.Browser;

/// <summary>
/// A page that is open, and all that it asked for and complained of. Its end checks what holds for every visit: no request to another host, no breach of the
/// Content-Security-Policy, no error that nobody caught.
/// </summary>
public sealed class PageVisit : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _wrong = new();

    internal PageVisit(IBrowserContext context, IPage page, Uri home)
    {
        (_context, Page) = (context, page);
        page.PageError += (_, error) => _wrong.Enqueue($"uncaught: {error}");
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase)
                || (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)))
            {
                _wrong.Enqueue($"console: {message.Text}");
            }
        };
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url).Authority != home.Authority)
                _wrong.Enqueue($"request to {request.Url}");
        };
    }

    public IPage Page { get; }

    /// <summary>The element with an id.</summary>
    public ILocator this[string id] => Page.Locator($"#{id}");

    public ILocatorAssertions Expect(string id) => Assertions.Expect(this[id]);

    /// <summary>The points that the plot has drawn.</summary>
    public Task<Point[]> PointsAsync() => Page.EvaluateAsync<Point[]>(
        "document.querySelector('scatter-plot').points.map(p => ({ job: p.job, x: p.x, y: p.y, n: p.n, spread: p.spread ?? 0, left: p.left ?? -1, top: p.top ?? -1 }))");

    public async Task ExpectPointsAsync(int count) => await Page.WaitForFunctionAsync(
        "n => { const p = document.querySelector('scatter-plot').points; return p.length === n && p.every(q => q.left >= 0); }", count);

    /// <summary>Waits until a function of the page's language says so.</summary>
    public async Task UntilAsync(string function) => await Page.WaitForFunctionAsync(function);

    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        _wrong.Should().BeEmpty();
    }

    /// <summary>A point of the plot, with its place in CSS pixels.</summary>
    public sealed class Point
    {
        public int Job { get; set; }

        public double X { get; set; }

        public double Y { get; set; }

        public int N { get; set; }

        public double Spread { get; set; }

        public double Left { get; set; }

        public double Top { get; set; }
    }
}
