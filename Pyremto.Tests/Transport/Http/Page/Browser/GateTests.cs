using Pyremto.Tests.Transport.Http.Server;

namespace Pyremto.Tests.Transport.Http.Page.Browser;

/// <summary>Who gets in, and what the others are told (S15).</summary>
[Collection(PageBrowser.Collection)]
public sealed class GateTests(PageBrowser browser) : IAsyncLifetime
{
    private HttpCoordinator _at = null!;

    public async Task InitializeAsync() => _at = await HttpCoordinator.StartAsync();

    public async Task DisposeAsync() => await _at.DisposeAsync();

    [SkippableFact]
    public async Task The_token_leaves_the_address_and_opens_the_page_at_later_visits_too()
    {
        var run = await PagedRun.BeginAsync(_at, 4, password: PagedRun.Password);
        await using var visit = await browser.VisitAsync(await run.LinkAsync());
        await visit.Expect("percent").ToHaveTextAsync("0");
        visit.Page.Url.Should().Be(run.Url);
        (await visit.Page.EvaluateAsync<string>("document.cookie + JSON.stringify(localStorage)")).Should().Be("{}", "no script reads the cookie");

        await visit.Page.ReloadAsync();

        await visit.Expect("percent").ToHaveTextAsync("0");
        visit.Page.Url.Should().Be(run.Url);
    }

    [SkippableFact]
    public async Task An_unknown_tag_is_said_to_be_and_the_page_opens_once_it_exists()
    {
        await using var visit = await browser.VisitAsync($"{_at.Url}/t/svr");
        await visit.Expect("gate-title").ToHaveTextAsync("There is no such tag");
        await visit.Expect("run").ToBeHiddenAsync();
        await visit.Expect("gate-form").ToBeHiddenAsync();

        await PagedRun.BeginAsync(_at, 4);

        await visit.Page.EvaluateAsync("dispatchEvent(new Event('online'))"); // does not wait for its time
        await visit.Expect("done-of-total").ToHaveTextAsync("0 of 4 jobs done");
    }

    [SkippableFact]
    public async Task A_wrong_token_shows_nothing_of_the_tag_and_the_password_opens_it()
    {
        var run = await PagedRun.BeginAsync(_at, 4, password: PagedRun.Password);
        await using var visit = await browser.VisitAsync($"{run.Url}#view=bm8gdG9rZW4");
        await visit.Expect("gate-title").ToHaveTextAsync("This link has ended");
        await visit.Expect("run").ToBeHiddenAsync();
        visit.Page.Url.Should().Be(run.Url);

        await visit["gate-password"].FillAsync("wrong");
        await visit["gate-password"].PressAsync("Enter");
        await visit.Expect("gate-error").ToHaveTextAsync("That is not the password of this tag.");
        await visit["gate-password"].FillAsync(PagedRun.Password);
        await visit["gate-password"].PressAsync("Enter");

        await visit.Expect("done-of-total").ToHaveTextAsync("0 of 4 jobs done");
    }

    [SkippableFact]
    public async Task Without_a_link_a_tag_with_a_password_asks_for_it()
    {
        var run = await PagedRun.BeginAsync(_at, 4, password: PagedRun.Password);
        await using var visit = await browser.VisitAsync(run.Url);

        await visit.Expect("gate-title").ToHaveTextAsync("This page needs a link or a password");
        await visit.Expect("gate-password").ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task Rotate_ends_the_page_that_is_open_and_the_new_link_opens_it_again()
    {
        var run = await PagedRun.BeginAsync(_at, 4, password: PagedRun.Password);
        await using var visit = await browser.VisitAsync(await run.LinkAsync());
        await visit.Expect("percent").ToHaveTextAsync("0");

        var token = await _at.Scheduler.RotateViewTokensAsync(run.Access, CancellationToken.None);

        await visit.Expect("gate-title").ToHaveTextAsync("This link has ended");
        await visit.Expect("run").ToBeHiddenAsync();
        await visit.Page.GotoAsync($"{run.Url}#view={token}");
        await visit.Expect("done-of-total").ToHaveTextAsync("0 of 4 jobs done");
    }
}
