using Microsoft.Extensions.Logging;

namespace Pyremto.Cli.Working;

/// <summary>
/// What the worker of the library logs, as a report for whoever watches: by the numbers and fields of its log messages.
/// </summary>
internal sealed class WorkerLog(IWorkReport report) : ILoggerProvider
{
    /// <summary>The category under which a worker logs.</summary>
    public const string Category = "Pyremto.Worker";

    private int _isAway;

    /// <summary>Whether the coordinator does not answer now.</summary>
    public bool IsCoordinatorAway => Volatile.Read(ref _isAway) != 0;

    public ILogger CreateLogger(string categoryName) => new WorkerLogger(this);

    public void Dispose()
    {
        // There is nothing to let go.
    }

    private void Tell(int number, LogFields fields, string text)
    {
        switch (number)
        {
            case LogNumber.JobStarted:
                report.JobStarted(fields.Job);
                break;
            case LogNumber.JobFailed:
                report.JobEnded(fields.Job, WorkOutcome.Failed, fields.Time, fields.Text("Error"));
                break;
            case LogNumber.JobEnded:
                report.JobEnded(fields.Job, OutcomeOf(fields.Text("Outcome")), fields.Time, error: null);
                break;
            case LogNumber.Retrying:
                Volatile.Write(ref _isAway, 1);
                report.Notice($"{fields.Text("Problem")} Trying again until it answers.");
                break;
            case LogNumber.AnswersAgain:
                Volatile.Write(ref _isAway, 0);
                report.Notice("The coordinator answers again.");
                break;
            case LogNumber.TagsMissing:
                report.Notice($"Waiting for what is not there yet: {fields.Text("Tags")}");
                break;
            case LogNumber.ReportRefused:
                report.Notice($"The report of job {fields.Job.JobId} was refused: {fields.Text("Reason")}");
                break;
            case LogNumber.Undelivered:
                report.Notice("The last reports could not be delivered; their jobs are given to others when their lease ends.");
                break;
            case LogNumber.Unforeseen or LogNumber.Crashed or LogNumber.Abandoned or LogNumber.CancellationFailed:
                report.Notice(text);
                break;
        }
    }

    private static WorkOutcome OutcomeOf(string outcome) => outcome switch
    {
        "Done" => WorkOutcome.Done,
        "Released" => WorkOutcome.GivenBack,
        _ => WorkOutcome.NotNeeded,
    };

    /// <summary>The numbers of the worker's log messages.</summary>
    private static class LogNumber
    {
        public const int JobStarted = 200, JobEnded = 201, JobFailed = 202, Abandoned = 204, CancellationFailed = 205, Retrying = 207,
            AnswersAgain = 208, Unforeseen = 209, TagsMissing = 210, ReportRefused = 211, Undelivered = 213, Crashed = 224;
    }

    /// <summary>The fields of a message.</summary>
    private readonly struct LogFields(IReadOnlyList<KeyValuePair<string, object?>> fields)
    {
        public WorkedJob Job => new(Find("Tag") as string ?? "", Find("JobId") as int? ?? 0, Find("Attempt") as int? ?? 0);

        public TimeSpan Time => TimeSpan.FromSeconds(Find("Seconds") as double? ?? 0);

        public string Text(string name) => Find(name)?.ToString() ?? "";

        private object? Find(string name)
        {
            for (var i = 0; i < fields.Count; i++)
            {
                if (fields[i].Key == name)
                    return fields[i].Value;
            }
            return null;
        }
    }

    private sealed class WorkerLogger(WorkerLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (state is IReadOnlyList<KeyValuePair<string, object?>> fields)
                log.Tell(eventId.Id, new LogFields(fields), formatter(state, exception));
        }
    }
}
