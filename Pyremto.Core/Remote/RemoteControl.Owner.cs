namespace Pyremto;

public sealed partial class RemoteControl
{
    /// <summary>
    /// Gives exhausted jobs all their attempts anew, and ends the retry delay of jobs that failed. A job that is done never changes.
    /// </summary>
    /// <param name="jobIds">Which jobs; null for all.</param>
    /// <param name="silentFor">Also gives up live hand-outs without a sign of life for that long; zero or more.</param>
    /// <param name="cancelled">Also makes cancelled jobs waiting again, with all their attempts.</param>
    /// <param name="cancellationToken">Gives up before the change; once made it stays.</param>
    /// <returns>How many jobs that changed, and which of the named ones it did not.</returns>
    public Task<ChangedJobs> RetryAsync(
        IReadOnlyList<int>? jobIds = null, TimeSpan? silentFor = null, bool cancelled = false, CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        ThrowIfReadOnly();
        return _scheduler.RetryAsync(_access, jobIds, silentFor, cancelled, cancellationToken).AsTask();
    }

    /// <summary>Cancels jobs that have no result: they are handed out no more, and workers that run them are told to stop.</summary>
    /// <param name="jobIds">Which jobs; null for all that are unfinished.</param>
    /// <param name="cancellationToken">Gives up before the change; once made it stays.</param>
    /// <returns>How many jobs were cancelled, and which of the named ones were not.</returns>
    public Task<ChangedJobs> CancelAsync(IReadOnlyList<int>? jobIds = null, CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        ThrowIfReadOnly();
        return _scheduler.CancelAsync(_access, jobIds, cancellationToken).AsTask();
    }

    /// <summary>Hands nothing out until <see cref="ResumeAsync"/>; what runs goes on (S19).</summary>
    /// <param name="cancellationToken">Gives up before the change; once made it stays.</param>
    public Task PauseAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        ThrowIfReadOnly();
        return _scheduler.PauseAsync(_access, cancellationToken).AsTask();
    }

    /// <summary>Ends a pause.</summary>
    /// <param name="cancellationToken">Gives up before the change; once made it stays.</param>
    public Task ResumeAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        ThrowIfReadOnly();
        return _scheduler.ResumeAsync(_access, cancellationToken).AsTask();
    }

    /// <summary>Changes N, lease, retry delay or policy.</summary>
    /// <param name="update">What to change.</param>
    /// <param name="cancellationToken">Gives up before the change; once made it stays.</param>
    /// <exception cref="InvalidRequestException">A number is out of its range.</exception>
    public Task UpdateAsync(TagUpdate update, CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        ThrowIfReadOnly();
        return _scheduler.UpdateTagAsync(_access, update, cancellationToken).AsTask();
    }

    /// <summary>Deletes the tag with its jobs and results (S19).</summary>
    /// <param name="cancellationToken">Gives up before the change; once made it stays.</param>
    public Task DeleteAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        ThrowIfReadOnly();
        return _scheduler.DeleteTagAsync(_access, cancellationToken).AsTask();
    }
}
