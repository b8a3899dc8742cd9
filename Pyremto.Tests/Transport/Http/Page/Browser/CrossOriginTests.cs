using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Pyremto.Tests.Transport.Http.Server;

namespace Pyremto.Tests.Transport.Http.Page.Browser;

/// <summary>
/// What a page of another origin gets done in the browser of somebody who has a coordinator on this machine, and a session with one of
/// its tags (S16).
/// </summary>
[Collection(PageBrowser.Collection)]
public sealed class CrossOriginTests(PageBrowser browser)
{
    /// <summary>Sends whatever a browser sends for a page, and tells what came back that the page could read.</summary>
    private const string Attack =
        """
        async at => {
            const read = [];
            const json = { 'Content-Type': 'application/json' };
            const tries = [
                ['GET', '/api/tags'], ['GET', '/api/tags/open'], ['GET', '/api/tags/closed', { credentials: 'include' }],
                ['GET', '/api/tags/closed/results?format=csv', { credentials: 'include' }],
                ['GET', '/health/live'],
                ['GET', '/openapi/v1.json'],
                ['POST', '/api/tags', { headers: json, body: '{"tag":"theirs"}' }],
                ['POST', '/api/tags', { mode: 'no-cors', body: '{"tag":"theirs"}' }],
                ['POST', '/api/tags/open/next', { mode: 'no-cors', body: '{}' }],
                ['POST', '/api/tags/open/next', { headers: json, body: '{}' }],
                ['POST', '/api/tags/open/pause', { mode: 'no-cors', body: new URLSearchParams('a=1') }],
                ['POST', '/api/tags/open/cancel', { mode: 'no-cors', body: new FormData() }],
                ['DELETE', '/api/tags/open'], ['PUT', '/api/tags/open/jobs/0/result', { headers: json, body: '{}' }],
                ['POST', '/t/closed/session', { mode: 'no-cors', credentials: 'include', body: '{"password":"correct horse"}' }],
                ['DELETE', '/t/closed/session', { credentials: 'include' }],
                ['POST', '/', { headers: { backendversion: '2', 'create-tag': 'true' } }],
                ['POST', '/pyremto', { mode: 'no-cors', body: 'x' }],
            ];
            for (const [method, path, options] of tries) {
                try {
                    const answer = await fetch(at + path, { method, ...options });
                    if (answer.type !== 'opaque')
                        read.push(`${method} ${path} ${answer.status}`);
                } catch {
                    // The browser keeps it back, or did not send it.
                }
            }
            navigator.sendBeacon(at + '/api/tags/open/pause', new Blob(['{}'], { type: 'text/plain' }));
            const settled = (element, source) => new Promise(resolve => {
                element.onload = () => resolve(true);
                element.onerror = () => resolve(false);
                element.src = at + source;
                document.body.append(element);
            });
            if (await settled(document.createElement('script'), '/api/tags/open/results?format=json'))
                read.push('results as a script');
            const events = new EventSource(at + '/api/tags/closed/events', { withCredentials: true });
            if (await new Promise(resolve => { events.onopen = () => resolve(true); events.onerror = () => resolve(false); }))
                read.push('events');
            events.close();
            const form = document.createElement('form');
            Object.assign(form, { method: 'post', enctype: 'text/plain', action: at + '/api/tags/open/cancel', target: 'frame' });
            form.innerHTML = '<input name=\'{"x":"\' value=\'"}\'>';
            const frame = document.createElement('iframe');
            frame.name = 'frame';
            document.body.append(form, frame);
            await new Promise(resolve => { frame.onload = resolve; form.submit(); });
            const page = document.createElement('iframe');
            await settled(page, '/t/open');
            try {
                if (page.contentDocument.title)
                    read.push('the page in a frame');
            } catch {
                // Of another origin, as the browser's own page is that says it was refused.
            }
            return read;
        }
        """;

    [SkippableTheory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData(PageBrowser.StrangerAt1)]
    public async Task A_page_of_another_origin_reads_nothing_and_changes_nothing(string attacker)
    {
        await using var at = await HttpCoordinator.StartAsync(build: ServedHostTests.WithHealth);
        await at.SetUpAsync("open", 3);
        var run = await PagedRun.BeginAsync(at, 2, tag: "closed", password: PagedRun.Password);
        await using var site = await SiteAsync();
        await using var context = await browser.BeginAsync();
        var own = await context.NewPageAsync();
        await own.GotoAsync(await run.LinkAsync());
        await Assertions.Expect(own.Locator("#done-of-total")).ToHaveTextAsync("0 of 2 jobs done");
        var theirs = await context.NewPageAsync();
        await theirs.GotoAsync($"http://{attacker}:{new Uri(site.Urls.Single()).Port}/");

        var read = await theirs.EvaluateAsync<string[]>(Attack, at.Url);

        read.Should().BeEmpty();
        var tags = await at.Scheduler.ListTagsAsync(CancellationToken.None).Select(tag => tag.Tag).ToListAsync();
        tags.Should().BeEquivalentTo("open", "closed");
        var progress = await at.Scheduler.GetProgressAsync(new TagAccess("open"), CancellationToken.None);
        (progress.Waiting, progress.State).Should().Be((3, TagStatus.Running));
        await own.ReloadAsync();
        await Assertions.Expect(own.Locator("#done-of-total")).ToHaveTextAsync("0 of 2 jobs done"); // its session goes on
    }

    private static async Task<WebApplication> SiteAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var site = builder.Build();
        site.MapGet("/", () => Results.Content("<!doctype html><title>another site</title><body></body>", "text/html"));
        await site.StartAsync();
        return site;
    }
}
