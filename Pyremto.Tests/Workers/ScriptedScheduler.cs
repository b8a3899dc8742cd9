using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Pyremto.Tests.Workers;

/// <summary>
/// A scheduler that hands out what a test puts into it, waits when there is nothing, and keeps all that it is told. Thread-safe.
/// </summary>
internal sealed class ScriptedScheduler : IJobScheduler
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Queue<HandOut> _jobs = new();
    private readonly Queue<Exception> _errors = new();
    private readonly List<ExchangeRequest> _requests = [];
    private readonly List<Heartbeat> _heartbeats = [];
    private readonly Channel<JobNotNeeded> _notNeeded = Channel.CreateUnbounded<JobNotNeeded>();
    private TaskCompletionSource _changed = NewSignal();
    private Exception? _outage;

    /// <summary>What is said when there is no job: <see cref="NextState.Wait"/> waits until there is one.</summary>
    public NextState WhenEmpty { get; init; } = NextState.Wait;

    /// <summary>What becomes of every report.</summary>
    public ReportVerdict Verdict { get; init; } = ReportVerdict.Accepted;

    /// <summary>Tags that exist; null for all.</summary>
    public IReadOnlyList<string>? Existing { get; init; }

    public IReadOnlyList<ExchangeRequest> Requests
    {
        get
        {
            lock (_gate)
                return [.. _requests];
        }
    }

    public IReadOnlyList<DoneReport> Done => [.. Requests.SelectMany(request => request.Done)];

    public IReadOnlyList<FailedReport> Failed => [.. Requests.SelectMany(request => request.Failed)];

    public IReadOnlyList<ReleasedReport> Released => [.. Requests.SelectMany(request => request.Released)];

    public IReadOnlyList<Heartbeat> Heartbeats
    {
        get
        {
            lock (_gate)
                return [.. _heartbeats];
        }
    }

    public void Add(int jobId, string description = "{}", int attempt = 1, string tag = "t", double lease = 60) => Change(() =>
        _jobs.Enqueue(new HandOut(
            tag, SlotDriver.Instance, jobId, JsonText.Parse(description), attempt, Repetition: 0, TimeSpan.FromSeconds(lease))));

    public void FailNext(Exception error) => Change(() => _errors.Enqueue(error));

    /// <summary>Lets every exchange fail from now on.</summary>
    public void FailFromNowOn(Exception error) => Change(() => _outage = error);

    public void NoLongerNeeded(JobNotNeeded job) => _notNeeded.Writer.TryWrite(job);

    /// <summary>Completes when what the test waits for has come; fails after a minute.</summary>
    public async Task UntilAsync(Func<ScriptedScheduler, bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            Task changed;
            lock (_gate)
                changed = _changed.Task;
            if (condition(this))
                return;
            await changed.WaitAsync(patience.Token);
        }
    }

    public async ValueTask<ExchangeAnswer> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken)
    {
        Change(() => _requests.Add(request));
        var outcomes = request.Done.Select(report => new ReportOutcome(report.JobId, Verdict))
            .Concat(request.Failed.Select(report => new ReportOutcome(report.JobId, Verdict)))
            .Concat(request.Released.Select(report => new ReportOutcome(report.JobId, Verdict)))
            .ToList();
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_errors.TryDequeue(out var error))
                    throw error;
                if (_outage is not null)
                    throw _outage;
                if (request.Count > 0 && _jobs.TryDequeue(out var job))
                    return new ExchangeAnswer { State = NextState.Job, Jobs = [job], Outcomes = outcomes };
                changed = _changed.Task;
            }
            if (request.Count == 0 || WhenEmpty != NextState.Wait)
                return new ExchangeAnswer { State = WhenEmpty, Outcomes = outcomes };
            await changed.WaitAsync(cancellationToken);
        }
    }

    public ValueTask<HeartbeatAnswer> HeartbeatAsync(Heartbeat heartbeat, CancellationToken cancellationToken)
    {
        Change(() => _heartbeats.Add(heartbeat));
        return ValueTask.FromResult(new HeartbeatAnswer([]));
    }

    public async IAsyncEnumerable<JobNotNeeded> WatchNotNeededAsync(
        NotNeededWatch watch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var job in _notNeeded.Reader.ReadAllAsync(cancellationToken))
            yield return job;
    }

    public ValueTask<bool> TagExistsAsync(string tag, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Existing?.Contains(tag, StringComparer.Ordinal) ?? true);

    public ValueTask SessionLostAsync(IReadOnlyList<string> workers, CancellationToken cancellationToken) => throw NotOfWorkers();

    public ValueTask<TagProgress> GetProgressAsync(TagAccess tag, CancellationToken cancellationToken) => throw NotOfWorkers();

    public IAsyncEnumerable<TagProgress> WatchProgressAsync(TagAccess tag, CancellationToken cancellationToken) => throw NotOfWorkers();

    public IAsyncEnumerable<JobResult> GetResultsAsync(TagAccess tag, ResultQuery query, CancellationToken cancellationToken) =>
        throw NotOfWorkers();

    public ValueTask<JobPage> GetJobsAsync(TagAccess tag, JobQuery query, CancellationToken cancellationToken) => throw NotOfWorkers();

    public ValueTask<IReadOnlyList<TagNote>> GetNotesAsync(TagAccess tag, string kind, CancellationToken cancellationToken) =>
        throw NotOfWorkers();

    public ValueTask<CreatedTag> CreateTagAsync(CreateTag request, CancellationToken cancellationToken) => throw NotOfWorkers();

    public ValueTask<int> SetUpJobsAsync(TagAccess tag, JobSetup setup, CancellationToken cancellationToken) => throw NotOfWorkers();

    public ValueTask<ChangedJobs> RetryAsync(
        TagAccess tag, IReadOnlyList<int>? jobIds, TimeSpan? silentFor, bool cancelled, CancellationToken cancellationToken) => throw NotOfWorkers();

    public ValueTask<ChangedJobs> CancelAsync(TagAccess tag, IReadOnlyList<int>? jobIds, CancellationToken cancellationToken) =>
        throw NotOfWorkers();

    public ValueTask PauseAsync(TagAccess tag, CancellationToken cancellationToken) => throw NotOfWorkers();

    public ValueTask ResumeAsync(TagAccess tag, CancellationToken cancellationToken) => throw NotOfWorkers();

    public ValueTask UpdateTagAsync(TagAccess tag, TagUpdate update, CancellationToken cancellationToken) => throw NotOfWorkers();

    public ValueTask DeleteTagAsync(TagAccess tag, CancellationToken cancellationToken) => throw NotOfWorkers();

    public ValueTask<string> IssueViewTokenAsync(TagAccess tag, TimeSpan? lifetime, CancellationToken cancellationToken) =>
        throw NotOfWorkers();

    public ValueTask<string> RotateViewTokensAsync(TagAccess tag, CancellationToken cancellationToken) => throw NotOfWorkers();

    public ValueTask AddNoteAsync(TagAccess tag, TagNote note, bool replace, CancellationToken cancellationToken) => throw NotOfWorkers();

    public IAsyncEnumerable<TagSummary> ListTagsAsync(CancellationToken cancellationToken) => throw NotOfWorkers();

    private static NotSupportedException NotOfWorkers() => new("A worker asks for nothing of the kind.");

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            _changed.TrySetResult();
            _changed = NewSignal();
        }
    }
}
