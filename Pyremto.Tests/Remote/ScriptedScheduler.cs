using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Pyremto.Tests.Remote;

/// <summary>A scheduler that answers as the test says, and notes what it was asked.</summary>
internal sealed class ScriptedScheduler : IJobScheduler
{
    public static readonly Guid Instance = new("11111111-2222-3333-4444-555555555555");

    public ConcurrentQueue<CreateTag> Created { get; } = [];

    public ConcurrentQueue<JobSetup> SetUps { get; } = [];

    public Channel<ExchangeRequest> Exchanges { get; } = Channel.CreateUnbounded<ExchangeRequest>();

    public Channel<Heartbeat> Heartbeats { get; } = Channel.CreateUnbounded<Heartbeat>();

    public Func<string, bool> Exists { get; set; } = _ => false;

    public Func<TagAccess, TagProgress> Progress { get; set; } = tag => new TagProgress { Tag = tag.Tag, State = TagStatus.Running };

    public Func<CreateTag, CreatedTag> Create { get; set; } = request => new CreatedTag(request.Tag ?? "made-up", Instance, "token");

    public Func<JobSetup, int> SetUp { get; set; } = setup => setup.Jobs.Count;

    public Func<ExchangeRequest, CancellationToken, ValueTask<ExchangeAnswer>> Exchange { get; set; } = (request, _) => new(Accept(request));

    public Func<Heartbeat, HeartbeatAnswer> Beat { get; set; } = _ => new HeartbeatAnswer([]);

    public Func<IReadOnlyList<TagProgress>> Watch { get; set; } = () => [];

    public List<JobResult> Results { get; } = [];

    /// <summary>What a scheduler answers that takes every report and has no work.</summary>
    public static ExchangeAnswer Accept(ExchangeRequest request) => new()
    {
        State = NextState.Wait,
        Outcomes =
        [
            .. request.Done.Select(report => report.JobId)
                .Concat(request.Failed.Select(report => report.JobId))
                .Concat(request.Released.Select(report => report.JobId))
                .Select(id => new ReportOutcome(id, ReportVerdict.Accepted)),
        ],
    };

    /// <summary>Work for who asks for it, in this order, and <paramref name="end"/> after it.</summary>
    public void HandOut(NextState end, params string[] descriptions)
    {
        var next = -1;
        Exchange = (request, _) =>
        {
            if (request.Count == 0)
                return new(Accept(request));
            var id = Interlocked.Increment(ref next);
            return new(id < descriptions.Length ? Work(id, descriptions[id]) : new ExchangeAnswer { State = end });
        };
    }

    public static ExchangeAnswer Work(int jobId, string description, int attempt = 1) => new()
    {
        State = NextState.Job,
        Jobs = [new HandOut("svr", Instance, jobId, JsonText.Parse(description), attempt, 0, TimeSpan.FromSeconds(60))],
    };

    public ValueTask<ExchangeAnswer> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken)
    {
        Exchanges.Writer.TryWrite(request);
        return Exchange(request, cancellationToken);
    }

    public ValueTask<HeartbeatAnswer> HeartbeatAsync(Heartbeat heartbeat, CancellationToken cancellationToken)
    {
        Heartbeats.Writer.TryWrite(heartbeat);
        return new(Beat(heartbeat));
    }

    public ValueTask<bool> TagExistsAsync(string tag, CancellationToken cancellationToken) => new(Exists(tag));

    public ValueTask<TagProgress> GetProgressAsync(TagAccess tag, CancellationToken cancellationToken) => new(Progress(tag));

    public async IAsyncEnumerable<TagProgress> WatchProgressAsync(
        TagAccess tag, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        foreach (var progress in Watch())
            yield return progress;
    }

    public async IAsyncEnumerable<JobResult> GetResultsAsync(
        TagAccess tag, ResultQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        foreach (var result in Results)
            yield return result;
    }

    public ValueTask<CreatedTag> CreateTagAsync(CreateTag request, CancellationToken cancellationToken)
    {
        Created.Enqueue(request);
        return new(Create(request));
    }

    public ValueTask<int> SetUpJobsAsync(TagAccess tag, JobSetup setup, CancellationToken cancellationToken)
    {
        SetUps.Enqueue(setup);
        return new(SetUp(setup));
    }

    public ValueTask<string> IssueViewTokenAsync(TagAccess tag, TimeSpan? lifetime, CancellationToken cancellationToken) => new("view-token");

    public IAsyncEnumerable<JobNotNeeded> WatchNotNeededAsync(NotNeededWatch watch, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask SessionLostAsync(IReadOnlyList<string> workers, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<JobPage> GetJobsAsync(TagAccess tag, JobQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<TagNote>> GetNotesAsync(TagAccess tag, string kind, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<ChangedJobs> RetryAsync(
        TagAccess tag, IReadOnlyList<int>? jobIds, TimeSpan? silentFor, bool cancelled, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<ChangedJobs> CancelAsync(TagAccess tag, IReadOnlyList<int>? jobIds, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask PauseAsync(TagAccess tag, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask ResumeAsync(TagAccess tag, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask UpdateTagAsync(TagAccess tag, TagUpdate update, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DeleteTagAsync(TagAccess tag, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<string> RotateViewTokensAsync(TagAccess tag, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask AddNoteAsync(TagAccess tag, TagNote note, bool replace, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<TagSummary> ListTagsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
