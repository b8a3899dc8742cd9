namespace Pyremto.Cli.Working;

/// <summary>Tells whoever watches <c>pyremto work</c> what its worker does, in the command's words.</summary>
internal sealed class WorkObserver(IWorkReport report) : IWorkerObserver
{
    private readonly TaskCompletionSource<WorkerEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isCoordinatorAway;

    /// <summary>The worker's end, once it has come.</summary>
    public Task<WorkerEnd> End => _ended.Task;

    /// <summary>Whether the coordinator does not answer now.</summary>
    public bool IsCoordinatorAway => _isCoordinatorAway;

    public void JobStarted(JobRun run) => report.JobStarted(JobOf(run));

    public void JobEnded(JobRun run, JobRunEnd end) => report.JobEnded(JobOf(run), OutcomeOf(end.Outcome), end.Duration, end.Error);

    public void HandlerAbandoned(JobRun run) =>
        report.Notice($"Job {run.HandOut.JobId} is left to itself: its program does not end.");

    public void CancellationFailed(JobRun run, Exception error) =>
        report.Notice($"Job {run.HandOut.JobId} could not be stopped in order: {error.Message}");

    public void ReportNotAccepted(string worker, string tag, ReportOutcome outcome)
    {
        if (outcome.Outcome == ReportVerdict.AlreadyDone)
            report.AlreadyDone(tag, outcome.JobId);
        else if (outcome.Outcome == ReportVerdict.Refused)
            report.Notice($"The report of job {outcome.JobId} was refused: {outcome.Message}");
    }

    public void ReportsUndelivered(string worker, int count) =>
        report.Notice("The last reports could not be delivered; their jobs are given to others when their lease ends.");

    public void TagsMissing(string worker, IReadOnlyList<string> tags) =>
        report.Notice($"Waiting for what is not there yet: {string.Join(", ", tags)}");

    public void TagSitsOut(string worker, string tag, string reason, TimeSpan retryAfter) =>
        report.Notice($"Leaving {tag} to others for {WorkLines.Time(retryAfter)}, then trying one job: {reason}");

    public void TagRefused(string worker, string tag, string reason, TimeSpan retryAfter) =>
        report.Notice($"Going on without {tag}, trying it again in {WorkLines.Time(retryAfter)}: {reason}");

    public void TagServedAgain(string worker, string tag) => report.Notice($"Working for {tag} now.");

    public void OutageBegan(string worker, Exception cause)
    {
        _isCoordinatorAway = true;
        report.Notice($"{cause.Message} Trying again until it answers.");
    }

    public void OutageEnded(string worker)
    {
        _isCoordinatorAway = false;
        report.Notice("The coordinator answers again.");
    }

    public void AskingFailed(string worker, Exception error, TimeSpan retryAfter) =>
        report.Notice($"Asking for work failed: {error.Message} Trying again in {WorkLines.Time(retryAfter)}.");

    public void Ended(WorkerEnd end) => _ended.TrySetResult(end);

    private static WorkedJob JobOf(JobRun run) => new(run.HandOut.Tag, run.HandOut.JobId, run.HandOut.Attempt);

    private static WorkOutcome OutcomeOf(JobOutcome outcome) => outcome switch
    {
        JobOutcome.Done => WorkOutcome.Done,
        JobOutcome.Failed or JobOutcome.TimedOut => WorkOutcome.Failed,
        JobOutcome.Released => WorkOutcome.GivenBack,
        _ => WorkOutcome.NotNeeded,
    };
}
