namespace Pyremto;

/// <summary>
/// Is told what a worker of this process does, as it happens: for a display, an alarm or a count of one's own. Given to the worker by
/// <see cref="WorkerOptions.AddObserver"/>. Implement what is of interest; the rest does nothing.
/// </summary>
/// <remarks>
/// Each event is told once, those of a slot in the order in which they happen; slots tell at the same time, so it has to be
/// thread-safe. The slot waits until it returns: hand on what takes long. What it throws is logged and changes nothing, neither for the
/// job nor for the worker or its other observers.
/// </remarks>
public interface IWorkerObserver
{
    /// <summary>A job's handler is about to run.</summary>
    void JobStarted(JobRun run)
    {
    }

    /// <summary>
    /// A run is over. Its report goes to the coordinator next; where that does not take it, <see cref="ReportNotAccepted"/> follows.
    /// </summary>
    void JobEnded(JobRun run, JobRunEnd end)
    {
    }

    /// <summary>
    /// A handler did not react to its token for as long as <see cref="WorkerOptions.HandlerGrace"/> allows. It is left to itself, and
    /// <see cref="JobEnded"/> follows.
    /// </summary>
    void HandlerAbandoned(JobRun run)
    {
    }

    /// <summary>What a handler registered with its token threw when that fired; the run may have ended meanwhile.</summary>
    void CancellationFailed(JobRun run, Exception error)
    {
    }

    /// <summary>The coordinator did not count a report.</summary>
    /// <param name="worker">The worker's name.</param>
    /// <param name="tag">The job's tag.</param>
    /// <param name="outcome">Which job, and why: already done, not held any more, or refused (S4, S5).</param>
    void ReportNotAccepted(string worker, string tag, ReportOutcome outcome)
    {
    }

    /// <summary>A slot ended with reports that could not be delivered; their jobs are lost when their lease ends (S10).</summary>
    /// <param name="worker">The worker's name.</param>
    /// <param name="count">How many.</param>
    void ReportsUndelivered(string worker, int count)
    {
    }

    /// <summary>Tags that the worker is to work for do not exist, or no longer. It goes on looking for them.</summary>
    /// <param name="worker">The worker's name.</param>
    /// <param name="tags">Those that are missing.</param>
    void TagsMissing(string worker, IReadOnlyList<string> tags)
    {
    }

    /// <summary>
    /// So many jobs of a tag failed on this machine, and none succeeded, that the worker asks for no more of them for a while
    /// (<see cref="WorkerOptions.MaxFailuresInARow"/>). Then it tries one, and if that fails too, it waits for longer. Other tags go on.
    /// </summary>
    /// <param name="worker">The worker's name.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="reason">What failed, for a person.</param>
    /// <param name="retryAfter">How long it waits.</param>
    void TagSitsOut(string worker, string tag, string reason, TimeSpan retryAfter)
    {
    }

    /// <summary>The coordinator refuses the credential of one of several tags. The others go on, and the worker tries it again
    /// later.</summary>
    /// <param name="worker">The worker's name.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="reason">What the coordinator says.</param>
    /// <param name="retryAfter">How long it waits.</param>
    void TagRefused(string worker, string tag, string reason, TimeSpan retryAfter)
    {
    }

    /// <summary>
    /// The worker asks for a tag again, with all of its slots, after <see cref="TagSitsOut"/>, <see cref="TagRefused"/> or
    /// <see cref="TagsMissing"/>.
    /// </summary>
    /// <param name="worker">The worker's name.</param>
    /// <param name="tag">The tag.</param>
    void TagServedAgain(string worker, string tag)
    {
    }

    /// <summary>The coordinator or its store does not answer, or it has banned this address. The worker tries again until it is
    /// answered.</summary>
    /// <param name="worker">The worker's name.</param>
    /// <param name="cause">What it met first.</param>
    void OutageBegan(string worker, Exception cause)
    {
    }

    /// <summary>The worker is answered again after <see cref="OutageBegan"/>.</summary>
    /// <param name="worker">The worker's name.</param>
    void OutageEnded(string worker)
    {
    }

    /// <summary>Asking for work failed in a way that nobody foresaw. The worker tries again.</summary>
    /// <param name="worker">The worker's name.</param>
    /// <param name="error">What was thrown.</param>
    /// <param name="retryAfter">How long it waits before.</param>
    void AskingFailed(string worker, Exception error, TimeSpan retryAfter)
    {
    }

    /// <summary>The worker has ended, whatever the reason; it tells nothing more.</summary>
    void Ended(WorkerEnd end)
    {
    }
}
