using System.Globalization;
using System.Text;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Working;

/// <summary>
/// Tells a person how a worker does, line by line on standard error. Jobs that end in quick succession share a line, so that a thousand
/// a second cost next to nothing; each failure has a line of its own. Thread-safe.
/// </summary>
internal sealed class WorkLines(CommandOutput output, bool namesTags, TimeProvider time) : IWorkReport
{
    private const int MostErrorLines = 5;
    private const int MostErrorWidth = 400;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly WorkTally _tally = new();
    private long? _toldAt;

    /// <summary>A time as it stands in a line: <c>0.085 s</c>, <c>42 s</c>, <c>1:05:09</c>.</summary>
    public static string Time(TimeSpan time) => time switch
    {
        { TotalMinutes: >= 1 } => Terminal.Words.Of(time),
        { TotalSeconds: >= 10 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0##} s"),
    };

    public void JobStarted(WorkedJob job)
    {
        if (output.IsVerbose)
            output.WriteProgress($"{Name(job)} started");
    }

    public void JobEnded(WorkedJob job, WorkOutcome outcome, TimeSpan duration, string? error)
    {
        lock (_gate)
        {
            _tally.Add(outcome);
            switch (outcome)
            {
                case WorkOutcome.Failed:
                    output.WriteProgress(Failure(job, error ?? ""));
                    break;
                case WorkOutcome.Done when _toldAt is { } told && !output.IsVerbose && time.GetElapsedTime(told) < Pause:
                    break;
                case WorkOutcome.Done:
                    _toldAt = time.GetTimestamp();
                    output.WriteProgress($"{Name(job)} done in {Time(duration)} ({_tally})");
                    break;
                case WorkOutcome.GivenBack when error is not null && !output.IsVerbose:
                    break; // its program could not be run, which is told once
                case WorkOutcome.GivenBack:
                    output.WriteProgress($"{Name(job)} given back after {Time(duration)}");
                    break;
                default:
                    output.WriteProgress($"{Name(job)} stopped after {Time(duration)}: its result is not needed any more");
                    break;
            }
        }
    }

    public void AlreadyDone(string tag, int jobId)
    {
        lock (_gate)
        {
            _tally.NotTaken();
            output.WriteProgress($"{Name(tag, jobId)} was already done by another worker ({_tally})");
        }
    }

    public void Notice(string text) => output.WriteWarning(text);

    public void Ended(WorkerEndReason reason)
    {
        lock (_gate)
            output.WriteProgress($"{Words(reason)}: {_tally}");
    }

    private static string Words(WorkerEndReason reason) => reason switch
    {
        WorkerEndReason.NothingLeft => "Nothing is left to do",
        WorkerEndReason.JobLimit => "As many jobs as were to be run (--max-jobs)",
        WorkerEndReason.Idle => "No work for as long as --idle-timeout allows",
        WorkerEndReason.RepeatedFailures => "Stopped, since nothing succeeded here",
        WorkerEndReason.Refused => "Refused by the coordinator",
        WorkerEndReason.InvalidRequest => "Not understood by the coordinator",
        WorkerEndReason.Crashed => "Crashed",
        _ => "Stopped",
    };

    /// <summary>The first line, which says what happened, and the last of what the program said.</summary>
    private string Failure(WorkedJob job, string error)
    {
        var lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var text = new StringBuilder($"{Name(job)} failed: ").Append(lines.Length > 0 ? TerminalText.Fit(lines[0], MostErrorWidth) : "");
        foreach (var line in lines.Skip(1).TakeLast(MostErrorLines))
            text.Append("\n    ").Append(TerminalText.Fit(line, MostErrorWidth));
        return text.ToString();
    }

    private string Name(string tag, int jobId) => namesTags ? $"job {jobId} of {TerminalText.Escape(tag)}" : $"job {jobId}";

    private string Name(WorkedJob job)
    {
        var name = Name(job.Tag, job.JobId);
        return job.Attempt > 1 ? $"{name} (attempt {job.Attempt})" : name;
    }
}
