using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;

namespace Pyremto;

public sealed partial class RemoteControl
{
    /// <summary>Asks for the next job (S2).</summary>
    /// <typeparam name="TParams">What its description is read as, names case-insensitively.</typeparam>
    /// <param name="wait">
    /// Whether to wait for a job until there is one, or none is to come any more (<see cref="NextState.Drained"/>,
    /// <see cref="NextState.Done"/>); else the answer comes at once.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting; a job that was given meanwhile is released (S8).</param>
    /// <exception cref="InvalidJobException">The description does not fit <typeparamref name="TParams"/>; the job was released.</exception>
    /// <exception cref="ObjectDisposedException">The instance was disposed, perhaps while this call waited.</exception>
    [RequiresUnreferencedCode(Reflection.NeedsMembers)]
    [RequiresDynamicCode(Reflection.NeedsCode)]
    public Task<NextJob<TParams>> GetNextJobAsync<TParams>(bool wait = true, CancellationToken cancellationToken = default) =>
        NextAsync(_json.Reflected<TParams>(), wait, cancellationToken);

    /// <inheritdoc cref="GetNextJobAsync{TParams}(bool, CancellationToken)"/>
    /// <param name="typeInfo">How its description is read, from a source-generated context: works where the program is trimmed.</param>
    /// <param name="wait">Whether to wait for a job until there is one or none is to come any more.</param>
    /// <param name="cancellationToken">Gives up waiting; a job that was given meanwhile is released (S8).</param>
    public Task<NextJob<TParams>> GetNextJobAsync<TParams>(
        JsonTypeInfo<TParams> typeInfo, bool wait = true, CancellationToken cancellationToken = default) =>
        NextAsync(_json.Adapted(typeInfo), wait, cancellationToken);

    /// <inheritdoc cref="GetNextJobAsync{TParams}(bool, CancellationToken)"/>
    /// <summary>Asks for the next job (S2), its description as the JSON text that was set up.</summary>
    public Task<NextJob<JsonText>> GetNextJobAsync(bool wait = true, CancellationToken cancellationToken = default) =>
        NextAsync(PyremtoJson.Default.JsonText, wait, cancellationToken);

    /// <summary>Reports a job done. The first valid result wins and never changes (S4).</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="result">
    /// Anything that is written as a JSON object. Names become snake_case, NaN and Infinity null (S13).
    /// </param>
    /// <param name="cancellationToken">Gives up; whether the report was taken is then unknown.</param>
    /// <returns>
    /// <see cref="ReportVerdict.Accepted"/>, or <see cref="ReportVerdict.AlreadyDone"/> where another worker was first, which is not an error.
    /// </returns>
    /// <exception cref="InvalidJobException">The result is no JSON object, or the job does not exist or was never handed out (S5).</exception>
    /// <exception cref="TooLargeException">The result is too large (S16).</exception>
    [RequiresUnreferencedCode(Reflection.NeedsMembers)]
    [RequiresDynamicCode(Reflection.NeedsCode)]
    public Task<ReportOutcome> SetJobDoneAsync<TResult>(int jobId, TResult result, CancellationToken cancellationToken = default) =>
        SetJobDoneAsync(jobId, PayloadJson.Write(result, _json.Reflected<TResult>(), $"The result of job {jobId}"), cancellationToken);

    /// <inheritdoc cref="SetJobDoneAsync{TResult}(int, TResult, CancellationToken)"/>
    /// <param name="jobId">The job.</param>
    /// <param name="result">The result.</param>
    /// <param name="typeInfo">How it is written, from a source-generated context: works where the program is trimmed.</param>
    /// <param name="cancellationToken">Gives up; whether the report was taken is then unknown.</param>
    public Task<ReportOutcome> SetJobDoneAsync<TResult>(
        int jobId, TResult result, JsonTypeInfo<TResult> typeInfo, CancellationToken cancellationToken = default) =>
        SetJobDoneAsync(jobId, PayloadJson.Write(result, _json.Adapted(typeInfo), $"The result of job {jobId}"), cancellationToken);

    /// <inheritdoc cref="SetJobDoneAsync{TResult}(int, TResult, CancellationToken)"/>
    /// <param name="jobId">The job.</param>
    /// <param name="result">The result as JSON text, which is carried untouched (S13).</param>
    /// <param name="cancellationToken">Gives up; whether the report was taken is then unknown.</param>
    public Task<ReportOutcome> SetJobDoneAsync(int jobId, JsonText result, CancellationToken cancellationToken = default) =>
        ReportAsync(
            jobId,
            (request, held) => request with { Done = [new DoneReport(jobId, result, held?.Attempt, Tag, held?.Instance)] },
            cancellationToken);

    /// <summary>Reports that a job failed: the attempt is spent, the error is kept (S9). Said again it changes nothing (S8).</summary>
    /// <param name="jobId">A job that this instance was given.</param>
    /// <param name="error">What happened, for a person to read; cut after 64 KiB.</param>
    /// <param name="final">Spends all attempts, because trying again would fail again.</param>
    /// <param name="cancellationToken">Gives up; whether the report was taken is then unknown.</param>
    /// <exception cref="NotHeldException">This instance does not have the job, or no longer (S5).</exception>
    public Task<ReportOutcome> FailJobAsync(int jobId, string error, bool final = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(error);
        return ReportAsync(
            jobId,
            (request, held) => request with
            {
                Failed = [new FailedReport(jobId, error, ExitCode: null, final, held?.Attempt, Tag, held?.Instance)],
            },
            cancellationToken);
    }

    /// <summary>Gives a job back untried; its attempt is not spent (S9). Said again it changes nothing (S8).</summary>
    /// <param name="jobId">A job that this instance was given.</param>
    /// <param name="cancellationToken">Gives up; whether the report was taken is then unknown.</param>
    /// <exception cref="NotHeldException">This instance does not have the job, or no longer (S5).</exception>
    public Task<ReportOutcome> ReleaseJobAsync(int jobId, CancellationToken cancellationToken = default) =>
        ReportAsync(
            jobId,
            (request, held) => request with { Released = [new ReleasedReport(jobId, held?.Attempt, Tag, held?.Instance)] },
            cancellationToken);

    private async Task<NextJob<TParams>> NextAsync<TParams>(JsonTypeInfo<TParams> typeInfo, bool wait, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(wait, cancellationToken).ConfigureAwait(false);
        if (answer.Jobs is not [var job, ..])
            return new NextJob<TParams> { State = answer.State };
        if (!_held.TryHold(job, out var notNeeded))
        {
            await ReleaseAsync([new HeldJob(job.JobId, job.Tag, job.Attempt, job.Instance)]).ConfigureAwait(false);
            ThrowIfClosed();
        }
        return new NextJob<TParams>
        {
            State = answer.State,
            JobId = job.JobId,
            Description = await ReadOrReleaseAsync(job, typeInfo).ConfigureAwait(false),
            Attempt = job.Attempt,
            Repetition = job.Repetition,
            NotNeeded = notNeeded,
        };
    }

    /// <summary>Asks in long polls (S7), each a new request, until the answer is one to give to the caller.</summary>
    private async Task<ExchangeAnswer> AskAsync(bool wait, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        try
        {
            while (true)
            {
                var answer = await AskOnceAsync(wait ? TagDefaults.LongestWait : TimeSpan.Zero, either.Token).ConfigureAwait(false);
                if (answer.HasJob || !wait || answer.State is NextState.Drained or NextState.Done)
                    return answer;
                either.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException error) when (_closing.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException("The remote control was disposed while it waited for a job.", error);
        }
    }

    private async Task<ExchangeAnswer> AskOnceAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        var request = NewExchange() with { Wait = wait };
        // A job may have been given in an answer that never came; asking with its id again brings that one (S8).
        if (_unanswered.TryDequeue(out var requestId))
            request = request with { RequestId = requestId };
        try
        {
            return await _patience.RunAsync(token => _scheduler.ExchangeAsync(request, token), cancellationToken).ConfigureAwait(false);
        }
        catch (PyremtoException error) when (Patience.IsTransient(error))
        {
            _unanswered.Enqueue(request.RequestId!);
            throw;
        }
    }

    private async Task<TParams> ReadOrReleaseAsync<TParams>(HandOut job, JsonTypeInfo<TParams> typeInfo)
    {
        try
        {
            return PayloadJson.Read(job.Description, typeInfo, $"The description of job {job.JobId}");
        }
        catch (InvalidJobException)
        {
            var handOut = new HeldJob(job.JobId, job.Tag, job.Attempt, job.Instance);
            _held.Forget(handOut);
            await ReleaseAsync([handOut]).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<ReportOutcome> ReportAsync(
        int jobId, Func<ExchangeRequest, HeldJob?, ExchangeRequest> report, CancellationToken cancellationToken)
    {
        var held = _held.Find(jobId);
        var request = report(NewExchange() with { Count = 0 }, held);
        var answer = await TryAsync(token => _scheduler.ExchangeAsync(request, token), cancellationToken).ConfigureAwait(false);
        var outcome = answer.Outcomes[0];
        // A refused report leaves the job with its worker, who may send a better one.
        if (held is { } handOut && outcome.Outcome != ReportVerdict.Refused)
            _held.Forget(handOut);
        outcome.ThrowIfNotTaken();
        return outcome;
    }
}
