using System.Globalization;

namespace Pyremto.Tests.Workers;

/// <summary>Writes down what an observer is told, a line each, in the order in which it came. Thread-safe.</summary>
internal sealed class ObserverNotes : IWorkerObserver
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly TaskCompletionSource<WorkerEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _changed = NewSignal();

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
                return [.. _lines];
        }
    }

    public Task<WorkerEnd> End => _ended.Task.WaitAsync(ScriptedScheduler.Patience);

    /// <summary>Completes when a line of this beginning has come; fails after a minute.</summary>
    public async Task UntilAsync(string beginning)
    {
        using var patience = new CancellationTokenSource(ScriptedScheduler.Patience);
        while (true)
        {
            Task changed;
            lock (_gate)
                changed = _changed.Task;
            if (Lines.Any(line => line.StartsWith(beginning, StringComparison.Ordinal)))
                return;
            await changed.WaitAsync(patience.Token);
        }
    }

    public void JobStarted(JobRun run) => Add($"started {Of(run)}");

    public void JobEnded(JobRun run, JobRunEnd end) => Add($"{end.Outcome} {Of(run)} {end.Duration.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s{Text(end.Error)}");

    public void HandlerAbandoned(JobRun run) => Add($"abandoned {Of(run)}");

    public void CancellationFailed(JobRun run, Exception error) => Add($"cancellation of {Of(run)} failed: {error.GetBaseException().Message}");

    public void ReportNotAccepted(string worker, string tag, ReportOutcome outcome) => Add($"{worker}: {outcome.Outcome} {tag}/{outcome.JobId}");

    public void ReportsUndelivered(string worker, int count) => Add($"{worker}: {count} undelivered");

    public void TagsMissing(string worker, IReadOnlyList<string> tags) => Add($"{worker}: missing {string.Join(", ", tags)}");

    public void TagSitsOut(string worker, string tag, string reason, TimeSpan retryAfter) => Add($"{worker}: sits out {tag}, {reason}");

    public void TagRefused(string worker, string tag, string reason, TimeSpan retryAfter) => Add($"{worker}: refused {tag}, {reason}");

    public void TagServedAgain(string worker, string tag) => Add($"{worker}: again {tag}");

    public void OutageBegan(string worker, Exception cause) => Add($"{worker}: away, {cause.Message}");

    public void OutageEnded(string worker) => Add($"{worker}: back");

    public void AskingFailed(string worker, Exception error, TimeSpan retryAfter) => Add($"{worker}: asking failed, {error.Message}");

    public void Ended(WorkerEnd end)
    {
        Add($"{end.Worker}: ended, {end.Reason}");
        _ended.TrySetResult(end);
    }

    private static string Of(JobRun run) => $"{run.Worker}[{run.Slot}] {run.HandOut.Tag}/{run.HandOut.JobId}#{run.HandOut.Attempt}";

    private static string Text(string? error) => error is null ? "" : $", {error}";

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Add(string line)
    {
        lock (_gate)
        {
            _lines.Add(line);
            _changed.TrySetResult();
            _changed = NewSignal();
        }
    }
}
