using Microsoft.Playwright;
using Pyremto.Tests.Transport.Http.Server;

namespace Pyremto.Tests.Transport.Http.Page.Browser;

/// <summary>The owner steers by the page (S12, S19); a viewer does not.</summary>
[Collection(PageBrowser.Collection)]
public sealed class OwnerTests(PageBrowser browser) : IAsyncLifetime
{
    private HttpCoordinator _at = null!;

    public async Task InitializeAsync() => _at = await HttpCoordinator.StartAsync();

    public async Task DisposeAsync() => await _at.DisposeAsync();

    [SkippableFact]
    public async Task A_viewer_sees_no_verbs_and_the_coordinator_refuses_them()
    {
        var run = await PagedRun.BeginAsync(_at, 2, password: PagedRun.Password);
        await run.FailAsync("boom");
        await using var visit = await browser.VisitAsync(await run.LinkAsync());
        await visit["steer"].Locator("summary").ClickAsync();

        await visit.Expect("password").ToBeVisibleAsync();
        await visit.Expect("verbs").ToBeHiddenAsync();
        await visit.Expect("retry-all").ToBeHiddenAsync();
        await Assertions.Expect(visit.Page.Locator("[data-retry]")).ToBeHiddenAsync();
        var status = await visit.Page.EvaluateAsync<int>(
            "fetch('../api/tags/svr/pause', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' }).then(answer => answer.status)");
        status.Should().Be(403);
    }

    [SkippableFact]
    public async Task A_wrong_password_unlocks_nothing()
    {
        var run = await PagedRun.BeginAsync(_at, 2, password: PagedRun.Password);
        await using var visit = await browser.VisitAsync(await run.LinkAsync());

        await UnlockAsync(visit, "wrong");

        await visit.Expect("report").ToHaveTextAsync("That is not the password of this tag.");
        await visit.Expect("verbs").ToBeHiddenAsync();
        await visit.Expect("percent").ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task The_owner_pauses_resumes_retries_changes_and_cancels()
    {
        var run = await PagedRun.BeginAsync(_at, 5, password: PagedRun.Password);
        await run.FailAsync("boom");
        await run.FailAsync("boom");
        await using var visit = await browser.VisitAsync(await run.LinkAsync());
        await UnlockAsync(visit, PagedRun.Password);

        await visit["pause"].ClickAsync();
        await visit.Expect("ready").ToHaveTextAsync("Paused");
        await Assertions.Expect(visit["pause"]).ToHaveTextAsync("Resume");
        await visit["pause"].ClickAsync();
        await visit.Expect("report").ToHaveTextAsync("Resumed.");
        await visit["exhausted"].Locator("[data-retry]").First.ClickAsync();
        await visit.Expect("report").ToHaveTextAsync("1 job may be tried again.");
        await visit.Expect("exhausted-title").ToHaveTextAsync("1 exhausted job");
        await visit["retry-all"].ClickAsync();
        await visit.Expect("exhausted-section").ToBeHiddenAsync();

        await visit["set-n"].FillAsync("3");
        await visit["set-lease"].FillAsync("90");
        await visit["set-policy"].SelectOptionAsync("when_lost");
        await visit["settings"].Locator("button").ClickAsync();
        await visit.Expect("report").ToHaveTextAsync("Changed.");
        var progress = await run.ProgressAsync();
        (progress.MaxRedistributionAttempts, progress.Lease, progress.Policy).Should().Be((3, TimeSpan.FromSeconds(90), RedistributionPolicy.WhenLost));

        await visit["cancel"].ClickAsync();
        await visit["ask-no"].ClickAsync();
        (await run.ProgressAsync()).Cancelled.Should().Be(0, "it was asked first");
        await visit["cancel"].ClickAsync();
        await visit["ask-yes"].ClickAsync();
        await visit.Expect("legend").ToContainTextAsync("Cancelled 5");
        await visit.Expect("ready").ToHaveTextAsync("Done");
    }

    [SkippableFact]
    public async Task The_owner_makes_a_new_link_that_ends_the_old_ones_and_stays_in()
    {
        var run = await PagedRun.BeginAsync(_at, 2, password: PagedRun.Password);
        await using var viewer = await browser.VisitAsync(await run.LinkAsync());
        await using var visit = await browser.VisitAsync(await run.LinkAsync());
        await viewer.Expect("percent").ToHaveTextAsync("0");
        await UnlockAsync(visit, PagedRun.Password);

        await visit["rotate"].ClickAsync();
        await visit["ask-yes"].ClickAsync();

        await viewer.Expect("gate-title").ToHaveTextAsync("This link has ended");
        await visit.Expect("report").ToContainTextAsync($"The new one: {run.Url}#view=");
        await visit.Expect("percent").ToBeVisibleAsync();
        var link = (await visit["report"].TextContentAsync())!.Split(' ')[^1];
        await using var newcomer = await browser.VisitAsync(link);
        await newcomer.Expect("percent").ToHaveTextAsync("0");
    }

    [SkippableFact]
    public async Task A_password_given_while_the_page_still_asks_whether_there_is_one_counts()
    {
        var run = await PagedRun.BeginAsync(_at, 2, password: PagedRun.Password);
        await using var visit = await browser.VisitAsync(await run.LinkAsync());
        var asks = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await visit.Page.RouteAsync("**/api/tags/svr", async route =>
        {
            asks.TrySetResult();
            await answer.Task;
            await route.ContinueAsync();
        });

        await visit["steer"].Locator("summary").ClickAsync();
        await asks.Task.WaitAsync(HttpCoordinator.Patience);
        await visit["password"].FillAsync(PagedRun.Password);
        await visit["password"].PressAsync("Enter");
        answer.SetResult();

        await visit.Expect("pause").ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task The_owner_deletes_the_tag_by_typing_its_name()
    {
        var run = await PagedRun.BeginAsync(_at, 2, password: PagedRun.Password);
        await using var visit = await browser.VisitAsync(await run.LinkAsync());
        await UnlockAsync(visit, PagedRun.Password);

        await visit["delete"].ClickAsync();
        await Assertions.Expect(visit["ask-yes"]).ToBeDisabledAsync();
        await visit["ask-word"].FillAsync("sv");
        await visit["ask-word"].PressAsync("Enter");
        (await _at.Scheduler.TagExistsAsync("svr", CancellationToken.None)).Should().BeTrue("the name was not typed to its end");
        await visit["ask-word"].FillAsync("svr");
        await visit["ask-yes"].ClickAsync();

        await visit.Expect("gate-title").ToHaveTextAsync("This tag was deleted");
        (await _at.Scheduler.TagExistsAsync("svr", CancellationToken.None)).Should().BeFalse();
    }

    [SkippableFact]
    public async Task A_tag_without_a_password_is_steered_without_one()
    {
        var run = await PagedRun.BeginAsync(_at, 2);
        await using var visit = await browser.VisitAsync(run.Url);
        await visit.Expect("percent").ToBeVisibleAsync();
        await visit["steer"].Locator("summary").ClickAsync();

        await visit["pause"].ClickAsync();

        await visit.Expect("ready").ToHaveTextAsync("Paused");
    }

    private static async Task UnlockAsync(PageVisit visit, string password)
    {
        await visit["steer"].Locator("summary").ClickAsync();
        await visit["password"].FillAsync(password);
        await visit["password"].PressAsync("Enter");
    }
}
