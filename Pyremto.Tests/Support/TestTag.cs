namespace Pyremto.Tests.Support;

/// <summary>Short verbs over one tag of a store. They go to the store that is open now, so they survive its reopening.</summary>
internal sealed class TestTag(IStoreHarness harness, TagRecord record)
{
    public TagRecord Record { get; } = record;

    public string Name => Record.Name;

    private IJobStore Store => harness.Store;

    public async Task<int> SetUpAsync(JobSetup setup) => await Store.SetUpJobsAsync(Record, setup, CancellationToken.None);

    public async Task<ExchangeAnswer> ExchangeAsync(ExchangeRequest request) =>
        await Store.ExchangeAsync(Record.Alone, request, CancellationToken.None);

    /// <summary>Asks for work.</summary>
    public Task<ExchangeAnswer> AskAsync(string? worker, string? requestId = null, int count = 1, bool inProcess = false) =>
        ExchangeAsync(new ExchangeRequest { Worker = worker, RequestId = requestId, Count = count, InProcess = inProcess });

    /// <summary>Asks for work and expects one job.</summary>
    public async Task<HandOut> TakeAsync(string? worker, string? requestId = null, bool inProcess = false)
    {
        var answer = await AskAsync(worker, requestId, inProcess: inProcess);
        answer.State.Should().Be(NextState.Job);
        return answer.Jobs.Should().ContainSingle().Subject;
    }

    /// <summary>Asks for work that many times, each time as another worker, "w1", "w2" …, and answers with the ids of the jobs.</summary>
    public async Task<int[]> TakeByManyAsync(int workers)
    {
        var ids = new int[workers];
        for (var i = 0; i < workers; i++)
            ids[i] = (await TakeAsync($"w{i + 1}")).JobId;
        return ids;
    }

    /// <summary>Asks for work and answers what kind of answer it is.</summary>
    public async Task<NextState> StateForAsync(string? worker) => (await AskAsync(worker)).State;

    public Task<ReportOutcome> DoneAsync(string? worker, int job, string result = "{}", int? attempt = null) =>
        ReportAsync(new ExchangeRequest { Worker = worker, Count = 0, Done = [new DoneReport(job, JsonText.Parse(result), attempt)] });

    public Task<ReportOutcome> FailAsync(
        string? worker, int job, string error = "it broke", int? exitCode = null, bool final = false, int? attempt = null) =>
        ReportAsync(new ExchangeRequest { Worker = worker, Count = 0, Failed = [new FailedReport(job, error, exitCode, final, attempt)] });

    public Task<ReportOutcome> ReleaseAsync(string? worker, int job, int? attempt = null) =>
        ReportAsync(new ExchangeRequest { Worker = worker, Count = 0, Released = [new ReleasedReport(job, attempt)] });

    public async Task<IReadOnlyList<HeldJob>> BeatAsync(string worker, IReadOnlyList<HeldJob>? jobs = null)
    {
        var answer = await Store.HeartbeatAsync(Record.Alone, new Heartbeat { Worker = worker, Jobs = jobs }, CancellationToken.None);
        return answer.NotNeeded;
    }

    public async Task<TagProgress> ProgressAsync() => await Store.GetProgressAsync(Record, waiting: [], CancellationToken.None);

    public async Task<JobCounts> CountsAsync() => (await Store.GetSummaryAsync(Record, CancellationToken.None)).Counts;

    public async Task<JobInfo> JobAsync(int id)
    {
        var page = await Store.ReadJobsAsync(Record, new JobQuery { After = id - 1, Limit = 1 }, CancellationToken.None);
        var job = page.Jobs.Should().ContainSingle().Subject;
        job.JobId.Should().Be(id);
        return job;
    }

    public async Task<JobPage> JobsAsync(JobQuery? query = null) =>
        await Store.ReadJobsAsync(Record, query ?? new JobQuery(), CancellationToken.None);

    public async Task<IReadOnlyList<JobResult>> ResultsAsync(ResultQuery? query = null) =>
        await Store.ReadResultsAsync(Record, query ?? new ResultQuery { Limit = 1000 }, CancellationToken.None);

    public async Task<ChangedJobs> RetryAsync(IReadOnlyList<int>? jobs = null, TimeSpan? silentFor = null, bool cancelled = false) =>
        await Store.RetryAsync(Record, jobs, silentFor, cancelled, CancellationToken.None);

    public async Task<ChangedJobs> CancelAsync(params int[] jobs) =>
        await Store.CancelAsync(Record, jobs.Length == 0 ? null : jobs, CancellationToken.None);

    public async Task PauseAsync() => await Store.SetPausedAsync(Record, paused: true, CancellationToken.None);

    public async Task ResumeAsync() => await Store.SetPausedAsync(Record, paused: false, CancellationToken.None);

    public async Task UpdateAsync(TagUpdate update) => await Store.UpdateTagAsync(Record, update, CancellationToken.None);

    public async Task<bool> DeleteAsync(TimeSpan? ifUnusedFor = null) =>
        await Store.DeleteTagAsync(Record, ifUnusedFor, CancellationToken.None);

    private async Task<ReportOutcome> ReportAsync(ExchangeRequest request)
    {
        var answer = await ExchangeAsync(request);
        answer.Jobs.Should().BeEmpty();
        return answer.Outcomes.Should().ContainSingle().Subject;
    }
}
