using System.Globalization;
using Pyremto.Tests.Transport.Http.Server;

namespace Pyremto.Tests.Transport.Http.Page.Browser;

/// <summary>A tag whose jobs the test itself does, as many as it likes, when it likes.</summary>
internal sealed class PagedRun
{
    public const string Password = "correct horse";

    private readonly IJobScheduler _scheduler;

    private PagedRun(IJobScheduler scheduler, TagAccess access, string url) => (_scheduler, Access, Url) = (scheduler, access, url);

    public TagAccess Access { get; }

    /// <summary>The page's address, without a token.</summary>
    public string Url { get; }

    /// <summary>Descriptions <c>{"lr", "depth"}</c> unless they are given.</summary>
    public static async Task<PagedRun> BeginAsync(
        HttpCoordinator at, int jobs, string tag = "svr", string? password = null, int attempts = 1, int repetitions = 1, Func<int, string>? description = null)
    {
        var access = new TagAccess(tag, password);
        await at.Scheduler.CreateTagAsync(new CreateTag { Tag = tag, Password = password }, CancellationToken.None);
        var run = new PagedRun(at.Scheduler, access, $"{at.Url}/t/{Uri.EscapeDataString(tag)}");
        if (jobs > 0)
            await run.SetUpAsync(jobs, attempts, repetitions, description);
        return run;
    }

    public async Task SetUpAsync(int jobs, int attempts = 1, int repetitions = 1, Func<int, string>? description = null) =>
        await _scheduler.SetUpJobsAsync(
            Access,
            new JobSetup
            {
                Jobs = [.. Enumerable.Range(0, jobs).Select(i => JsonText.Parse((description ?? Setting)(i)))],
                MaxRedistributionAttempts = attempts,
                Repetitions = repetitions,
            },
            CancellationToken.None);

    /// <summary>The page's address with a view token, as a code holds it.</summary>
    public async Task<string> LinkAsync() => $"{Url}#view={await _scheduler.IssueViewTokenAsync(Access, lifetime: null, CancellationToken.None)}";

    /// <summary>Takes a job.</summary>
    public async Task<int> TakeAsync(string worker = "gauss:3121:0:abcdefghij") =>
        (await ExchangeAsync(new ExchangeRequest { Worker = worker })).Jobs.Should().ContainSingle().Subject.JobId;

    /// <summary>Does that many jobs, one after the other.</summary>
    public async Task DoAsync(int jobs, Func<int, string>? result = null, string worker = "gauss:3121:0:abcdefghij")
    {
        for (var i = 0; i < jobs; i++)
        {
            var job = await TakeAsync(worker);
            await ExchangeAsync(new ExchangeRequest { Worker = worker, Count = 0, Done = [new DoneReport(job, JsonText.Parse((result ?? Loss)(job)))] });
        }
    }

    /// <summary>Takes a job and fails it.</summary>
    public async Task<int> FailAsync(string error, string worker = "pi-lab:17:0:abcdefghij", bool final = false)
    {
        var job = await TakeAsync(worker);
        await ExchangeAsync(new ExchangeRequest { Worker = worker, Count = 0, Failed = [new FailedReport(job, error, ExitCode: 1, final)] });
        return job;
    }

    /// <summary>The worker's sign of life.</summary>
    public async Task BeatAsync(string worker) => await _scheduler.HeartbeatAsync(new Heartbeat { Worker = worker, Tags = [Access] }, CancellationToken.None);

    public async Task<TagProgress> ProgressAsync() => await _scheduler.GetProgressAsync(Access, CancellationToken.None);

    private async Task<ExchangeAnswer> ExchangeAsync(ExchangeRequest request) =>
        await _scheduler.ExchangeAsync(request with { Tags = [Access] }, CancellationToken.None);

    public static string Setting(int i) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"lr":{{0.001 + (i * 0.002)}},"depth":{{2 + (i % 8)}}}""");

    public static string Loss(int job) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"loss":{{0.5 + (0.01 * Math.Abs(job - 17))}},"accuracy":0.5}""");
}
