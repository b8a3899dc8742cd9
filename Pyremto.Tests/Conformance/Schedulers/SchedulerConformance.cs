using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Schedulers;

/// <summary>
/// What every scheduler has to do, whichever store keeps its jobs and whichever transport carries the calls; one class for a theme,
/// one fact for a rule. A new transport adds a class of one line for each.
/// </summary>
public abstract class SchedulerConformance(SchedulerUnderTest kind) : IAsyncLifetime
{
    private protected static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>How long a test waits for what has to happen, in real time.</summary>
    private protected static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private protected ISchedulerHarness Harness { get; } = kind.CreateHarness();

    private protected bool IsDurable => kind.IsDurable;

    private protected IJobScheduler Scheduler => Harness.Scheduler;

    private protected FakeTimeProvider Time => Harness.Time;

    private protected virtual PyremtoOptions Options => new();

    public Task InitializeAsync() => Harness.StartAsync(Options);

    public async Task DisposeAsync() => await Harness.DisposeAsync();

    private protected async Task<TagAccess> EmptyTagAsync(string name = "tag", string? password = null)
    {
        await Scheduler.CreateTagAsync(new CreateTag { Tag = name, Password = password }, CancellationToken.None);
        return new TagAccess(name, password);
    }

    private protected async Task<TagAccess> TagAsync(
        int jobs = 1, int n = 1, RedistributionPolicy policy = RedistributionPolicy.WhenLost, TimeSpan? lease = null,
        string name = "tag", string? password = null)
    {
        var tag = await EmptyTagAsync(name, password);
        await Scheduler.SetUpJobsAsync(tag, Make.SetUp(jobs, n, policy, lease), CancellationToken.None);
        return tag;
    }

    private protected async Task<ExchangeAnswer> AskAsync(
        TagAccess tag, string? worker, TimeSpan wait = default, string? requestId = null, int count = 1, CancellationToken cancellationToken = default) =>
        await Scheduler.ExchangeAsync(
            new ExchangeRequest { Tags = [tag], Worker = worker, Wait = wait, RequestId = requestId, Count = count }, cancellationToken);

    private protected async Task<HandOut> TakeAsync(TagAccess tag, string? worker, string? requestId = null)
    {
        var answer = await AskAsync(tag, worker, requestId: requestId);
        answer.State.Should().Be(NextState.Job);
        return answer.Jobs.Should().ContainSingle().Subject;
    }

    private protected async Task<ReportOutcome> DoneAsync(TagAccess tag, string? worker, int job, string result = "{}") =>
        (await ReportAsync(new ExchangeRequest { Tags = [tag], Worker = worker, Done = [new DoneReport(job, JsonText.Parse(result))] }))[0];

    private protected async Task<ReportOutcome> FailAsync(TagAccess tag, string? worker, int job, string error = "it broke") =>
        (await ReportAsync(new ExchangeRequest { Tags = [tag], Worker = worker, Failed = [new FailedReport(job, error)] }))[0];

    private protected async Task<ReportOutcome> ReleaseAsync(TagAccess tag, string? worker, int job) =>
        (await ReportAsync(new ExchangeRequest { Tags = [tag], Worker = worker, Released = [new ReleasedReport(job)] }))[0];

    private protected async Task<IReadOnlyList<ReportOutcome>> ReportAsync(ExchangeRequest request) =>
        (await Scheduler.ExchangeAsync(request with { Count = 0 }, CancellationToken.None)).Outcomes;

    private protected async Task<JobCounts> CountsAsync(TagAccess tag)
    {
        var progress = await Scheduler.GetProgressAsync(tag, CancellationToken.None);
        progress.Total.Should().Be(progress.Waiting + progress.InProgress + progress.Done + progress.Exhausted + progress.Cancelled);
        return new JobCounts(progress.Waiting, progress.InProgress, progress.Done, progress.Exhausted, progress.Cancelled);
    }

    private protected static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items)
            list.Add(item);
        return list;
    }
}
