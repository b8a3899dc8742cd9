using Pyremto.Tests.Transport.Http.Server;

namespace Pyremto.Tests.Transport.Http.Page.Browser;

/// <summary>
/// A web page whose name its owner makes lead to this machine once it is loaded (DNS rebinding): to the browser coordinator and page are
/// of one origin, so that it may send what it likes and read what comes (S15, S16).
/// </summary>
[Collection(PageBrowser.Collection)]
public sealed class RebindingTests(PageBrowser browser)
{
    private const string Tries =
        """
        async () => {
            const tries = [
                ['GET', '/api/tags'],
                ['POST', '/api/tags', '{"tag":"theirs"}'],
                ['GET', '/api/tags/svr'],
                ['GET', '/api/tags/svr/results?format=csv'],
                ['GET', '/api/tags/svr/page'],
                ['POST', '/api/tags/svr/next', '{}'],
                ['POST', '/api/tags/svr/cancel', '{}'],
                ['DELETE', '/api/tags/svr'],
                ['GET', '/t/svr/qr.svg'],
                ['GET', '/health/live'],
                ['GET', '/openapi/v1.json'],
                ['POST', '/pyremto', '', { backendversion: '2', 'create-tag': 'true' }],
                ['POST', '/', '', { backendversion: '2', 'create-tag': 'true', name: 'theirs' }],
                ['GET', '/api/tags', undefined, { 'Pyremto-Protocol': '1' }],
            ];
            const answers = [];
            for (const [method, path, body, headers] of tries) {
                const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
                const answer = await fetch(path, { method, body, headers: { ...headers, ...type } });
                answers.push(`${method} ${path} ${answer.status} ${(await answer.text()).includes('does not go by that host')}`);
            }
            return answers;
        }
        """;

    [SkippableTheory]
    [InlineData("http://127.0.0.1:0", PageBrowser.StrangerAt1)]
    [InlineData("http://*:0", PageBrowser.StrangerAt1)]
    [InlineData("http://*:0", PageBrowser.StrangerAt2)]
    public async Task A_page_whose_name_leads_here_reads_nothing_and_changes_nothing(string url, string stranger)
    {
        Skip.If(stranger == PageBrowser.StrangerAt2 && !OperatingSystem.IsLinux(), "127.0.0.2 leads nowhere.");
        await using var at = await HttpCoordinator.StartAsync(
            options => options.OperatorKey = "an operator's key", ServedHostTests.WithHealth, url);
        await at.SetUpAsync("svr", 3);
        await using var context = await browser.BeginAsync();
        var page = await context.NewPageAsync();
        var origin = $"http://{stranger}:{new Uri(at.Url).Port}";
        await page.RouteAsync(
            $"{origin}/trap", route => route.FulfillAsync(new() { ContentType = "text/html", Body = "<title>trap</title>" }));
        await page.GotoAsync($"{origin}/trap");

        var answers = await page.EvaluateAsync<string[]>(Tries);

        answers.Should().HaveCount(14).And.OnlyContain(answer => answer.EndsWith(" 421 true", StringComparison.Ordinal));
        (await at.Scheduler.ListTagsAsync(CancellationToken.None).ToListAsync()).Should().ContainSingle().Which.Tag.Should().Be("svr");
        (await at.Scheduler.GetProgressAsync(new TagAccess("svr"), CancellationToken.None)).Waiting.Should().Be(3);
    }
}
