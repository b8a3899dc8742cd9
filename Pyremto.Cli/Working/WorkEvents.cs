using System.Text.Json.Serialization;
using System.Threading.Channels;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Working;

/// <summary>Tells a program how a worker does: with <c>--json</c>, an object a line on standard output. Thread-safe.</summary>
internal sealed class WorkEvents : IWorkReport, IAsyncDisposable
{
    private readonly Channel<WorkEvent> _events = Channel.CreateUnbounded<WorkEvent>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _gate = new();
    private readonly WorkTally _tally = new();
    private readonly Task _writing;

    public WorkEvents(CommandOutput output) => _writing = WriteAsync(output);

    public void JobStarted(WorkedJob job) => Add(new WorkEvent("started") { Tag = job.Tag, JobId = job.JobId, Attempt = job.Attempt });

    public void JobEnded(WorkedJob job, WorkOutcome outcome, TimeSpan time, string? error)
    {
        lock (_gate)
            _tally.Add(outcome);
        Add(new WorkEvent(Name(outcome))
        {
            Tag = job.Tag,
            JobId = job.JobId,
            Attempt = job.Attempt,
            Seconds = Math.Round(time.TotalSeconds, 3),
            Error = error,
        });
    }

    public void AlreadyDone(string tag, int jobId)
    {
        lock (_gate)
            _tally.NotTaken();
        Add(new WorkEvent("already_done") { Tag = tag, JobId = jobId });
    }

    public void Notice(string text) => Add(new WorkEvent("notice") { Text = text });

    public void Ended(WorkerEndReason reason)
    {
        lock (_gate)
        {
            Add(new WorkEvent("ended")
            {
                Reason = Name(reason),
                Done = _tally.Done,
                AlreadyDone = _tally.AlreadyDone,
                Failed = _tally.Failed,
                GivenBack = _tally.GivenBack,
                NotNeeded = _tally.NotNeeded,
            });
        }
    }

    /// <summary>Waits until all is written.</summary>
    public async ValueTask DisposeAsync()
    {
        _events.Writer.TryComplete();
        await _writing;
    }

    private static string Name(WorkOutcome outcome) => outcome switch
    {
        WorkOutcome.Done => "done",
        WorkOutcome.Failed => "failed",
        WorkOutcome.GivenBack => "given_back",
        _ => "not_needed",
    };

    private static string Name(WorkerEndReason reason) => reason switch
    {
        WorkerEndReason.NothingLeft => "nothing_left",
        WorkerEndReason.JobLimit => "job_limit",
        WorkerEndReason.Idle => "idle",
        WorkerEndReason.RepeatedFailures => "repeated_failures",
        WorkerEndReason.Refused => "refused",
        WorkerEndReason.InvalidRequest => "invalid_request",
        WorkerEndReason.Crashed => "crashed",
        _ => "stopped",
    };

    private void Add(WorkEvent told) => _events.Writer.TryWrite(told);

    private async Task WriteAsync(CommandOutput output)
    {
        await foreach (var told in _events.Reader.ReadAllAsync())
        {
            try
            {
                await output.WriteJsonAsync(told, WorkEventJson.Default.WorkEvent, CancellationToken.None);
            }
            catch (IOException)
            {
                return; // nobody reads any more; the work goes on
            }
        }
    }
}

/// <summary>One line of <c>pyremto work --json</c>.</summary>
internal sealed record WorkEvent(string Event)
{
    public string? Tag { get; init; }

    public int? JobId { get; init; }

    public int? Attempt { get; init; }

    public double? Seconds { get; init; }

    public string? Error { get; init; }

    public string? Text { get; init; }

    public string? Reason { get; init; }

    public int? Done { get; init; }

    public int? AlreadyDone { get; init; }

    public int? Failed { get; init; }

    public int? GivenBack { get; init; }

    public int? NotNeeded { get; init; }
}

/// <summary>How the lines of <c>pyremto work --json</c> are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WorkEvent))]
internal sealed partial class WorkEventJson : JsonSerializerContext;
