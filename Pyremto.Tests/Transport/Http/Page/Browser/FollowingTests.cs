using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Playwright;
using Pyremto.Tests.Support;
using Pyremto.Tests.Transport.Http.Server;

namespace Pyremto.Tests.Transport.Http.Page.Browser;

/// <summary>The page follows the work, whatever happens to the coordinator.</summary>
[Collection(PageBrowser.Collection)]
public sealed class FollowingTests(PageBrowser browser)
{
    [SkippableFact]
    public async Task A_run_of_500_jobs_is_followed_live_to_100_per_cent_without_a_reload()
    {
        using var pace = new SemaphoreSlim(0);
        await using var at = await HttpCoordinator.StartAsync(build: builder => builder.Services.AddPyremto().AddWorker<JsonText, JsonText>(
            async (job, context, cancellationToken) =>
            {
                await pace.WaitAsync(cancellationToken);
                return JsonText.Parse(PagedRun.Loss(context.JobId));
            },
            worker => (worker.Tag, worker.Concurrency) = ("svr", 4)));
        var run = await PagedRun.BeginAsync(at, 500, "svr");
        await using var visit = await browser.VisitAsync(run.Url);
        await visit.Expect("percent").ToHaveTextAsync("0");
        await visit.Page.EvaluateAsync("window.stayed = true");

        pace.Release(1);
        await visit.Expect("done-of-total").ToHaveTextAsync("1 of 500 jobs done");
        pace.Release(209);
        await visit.Expect("percent").ToHaveTextAsync("42");
        await visit.Expect("bar").ToHaveAttributeAsync("aria-valuenow", "42");
        await Assertions.Expect(visit.Page).ToHaveTitleAsync("42 % · svr");
        await Assertions.Expect(visit["workers"].Locator("li")).ToHaveCountAsync(4);
        await visit.ExpectPointsAsync(210);
        pace.Release(290);
        await visit.Expect("percent").ToHaveTextAsync("100");
        await visit.Expect("ready").ToHaveTextAsync("Done");
        await visit.Expect("legend").ToContainTextAsync("Done 500");
        await visit.ExpectPointsAsync(500);

        await Assertions.Expect(visit.Page).ToHaveTitleAsync("100 % · svr");
        (await visit.Page.GetAttributeAsync("#icon", "href")).Should().EndWith("percent=100");
        (await visit.Page.EvaluateAsync<bool>("window.stayed")).Should().BeTrue("the page was not loaded again");
    }

    [SkippableFact]
    public async Task A_restart_of_the_coordinator_is_shown_and_survived()
    {
        using var folder = new TempDirectory();
        void Build(HostApplicationBuilder builder) => builder.Services.AddPyremto().UseSqlite(folder.File("jobs.db"));
        var url = KeptPorts.NewUrl();
        var at = await HttpCoordinator.StartAsync(build: Build, url: url);
        try
        {
            var run = await PagedRun.BeginAsync(at, 10, password: PagedRun.Password);
            await run.DoAsync(4);
            await using var visit = await browser.VisitAsync(await run.LinkAsync());
            await visit.Expect("percent").ToHaveTextAsync("40");
            await visit.Expect("link").ToHaveTextAsync("Live");

            await at.DisposeAsync();
            await visit.Expect("link").ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^Last seen .+, trying again$"));
            await visit.Expect("percent").ToHaveTextAsync("40");
            at = await HttpCoordinator.StartAsync(build: Build, url: url);
            await visit.Expect("link").ToHaveTextAsync("Live");
            await at.Scheduler.CancelAsync(run.Access, [9], CancellationToken.None);
            await visit.Expect("legend").ToContainTextAsync("Cancelled 1");
        }
        finally
        {
            await at.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task What_stands_in_the_way_is_said_paused_drained_not_set_up_and_nothing_handed_out()
    {
        await using var at = await HttpCoordinator.StartAsync();
        var run = await PagedRun.BeginAsync(at, 0);
        await using var visit = await browser.VisitAsync(run.Url);
        await visit.Expect("ready").ToHaveTextAsync("No jobs yet");

        await run.SetUpAsync(3);
        await visit.Expect("ready").ToHaveTextAsync("Ready to start");
        await at.Scheduler.PauseAsync(run.Access, CancellationToken.None);
        await visit.Expect("ready").ToHaveTextAsync("Paused");
        await at.Scheduler.ResumeAsync(run.Access, CancellationToken.None);
        await visit.Expect("ready").ToHaveTextAsync("Ready to start");
        await run.DoAsync(1);
        await visit.Expect("ready").ToHaveTextAsync("Too early to say");
        await run.FailAsync("boom");
        await run.FailAsync("boom");
        await visit.Expect("ready").ToHaveTextAsync("Nothing left to hand out");
        await visit.Expect("ready-detail").ToHaveTextAsync("2 jobs without a result");
    }

    [SkippableFact]
    public async Task A_tag_that_is_deleted_meanwhile_is_said_to_be()
    {
        await using var at = await HttpCoordinator.StartAsync();
        var run = await PagedRun.BeginAsync(at, 3);
        await using var visit = await browser.VisitAsync(run.Url);
        await visit.Expect("percent").ToHaveTextAsync("0");

        await at.Scheduler.DeleteTagAsync(run.Access, CancellationToken.None);

        await visit.Expect("gate-title").ToHaveTextAsync("This tag was deleted");
    }
}
