namespace Pyremto;

public sealed partial class RemoteControl
{
    /// <summary>Gives exhausted jobs new attempts (S12). Answers how many jobs that touched.</summary>
    /// <param name="jobIds">Which jobs; null for all.</param>
    /// <param name="silentFor">Also gives up live hand-outs without a sign of life for that long.</param>
    /// <param name="cancellationToken">Gives up before the change; once made it stays.</param>
    public Task<int> RetryAsync(
        IReadOnlyList<int>? jobIds = null, TimeSpan? silentFor = null, CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        ThrowIfReadOnly();
        return _scheduler.RetryAsync(_access, jobIds, silentFor, cancellationToken).AsTask();
    }

    /// <summary>Cancels jobs that have no result: no more hand-outs, and who runs them is told (S11, S19). Answers how many.</summary>
    /// <param name="jobIds">Which jobs; null for all that are unfinished.</param>
    /// <param name="cancellationToken">Gives up before the change; once made it stays.</param>
    public Task<int> CancelAsync(IReadOnlyList<int>? jobIds = null, CancellationToken cancellationToken = default)
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

    /// <summary>Changes N, lease or policy (S19).</summary>
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
