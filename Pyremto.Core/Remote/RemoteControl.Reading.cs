using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;

namespace Pyremto;

public sealed partial class RemoteControl
{
    /// <summary>How far the work is.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<TagProgress> GetProgressAsync(CancellationToken cancellationToken = default) =>
        TryAsync(token => _scheduler.GetProgressAsync(_access, token), cancellationToken);

    /// <summary>Waits until every job is done or cancelled, or only exhausted ones are left (S6).</summary>
    /// <param name="progress">Is told how far the work is, at once and as it changes, at most a few times a second.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The progress at the end: <see cref="TagStatus.Done"/> or <see cref="TagStatus.Drained"/>.</returns>
    /// <exception cref="TagUnknownException">The tag was deleted.</exception>
    public async Task<TagProgress> WaitAsync(IProgress<TagProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        var attempts = _patience.Begin();
        while (true)
        {
            try
            {
                await foreach (var now in _scheduler.WatchProgressAsync(_access, cancellationToken).ConfigureAwait(false))
                {
                    attempts = _patience.Begin();
                    progress?.Report(now);
                    if (now.State is TagStatus.Done or TagStatus.Drained)
                        return now;
                }
                throw new TagUnknownException($"The tag '{Tag}' was deleted.");
            }
            catch (PyremtoException error) when (Patience.IsTransient(error) && attempts.MayGoOn)
            {
                await attempts.PauseAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The results there are, as they were sent, read in pages while they are enumerated: a million take constant
    /// memory.</summary>
    /// <param name="query">Which, and in which order; null for all, by job.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public IAsyncEnumerable<JobResult> GetResultsAsync(ResultQuery? query = null, CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        return _scheduler.GetResultsAsync(_access, query ?? new ResultQuery(), cancellationToken);
    }

    /// <summary>The results there are, read in pages while they are enumerated: a million take constant memory.</summary>
    /// <typeparam name="TResult">What a result is read as, names case-insensitively; null becomes NaN where it has to be a
    /// number.</typeparam>
    /// <param name="query">Which, and in which order; null for all, by job.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="InvalidJobException">A result does not fit <typeparamref name="TResult"/>.</exception>
    [RequiresUnreferencedCode(Reflection.NeedsMembers)]
    [RequiresDynamicCode(Reflection.NeedsCode)]
    public IAsyncEnumerable<JobResult<JsonText, TResult>> GetResultsAsync<TResult>(
        ResultQuery? query = null, CancellationToken cancellationToken = default) =>
        ReadAsync(GetResultsAsync(query, cancellationToken), _json.Reflected<JsonText>(), _json.Reflected<TResult>(), cancellationToken);

    /// <inheritdoc cref="GetResultsAsync{TResult}(ResultQuery, CancellationToken)"/>
    /// <typeparam name="TParams">What a description is read as.</typeparam>
    /// <typeparam name="TResult">What a result is read as.</typeparam>
    [RequiresUnreferencedCode(Reflection.NeedsMembers)]
    [RequiresDynamicCode(Reflection.NeedsCode)]
    public IAsyncEnumerable<JobResult<TParams, TResult>> GetResultsAsync<TParams, TResult>(
        ResultQuery? query = null, CancellationToken cancellationToken = default) =>
        ReadAsync(GetResultsAsync(query, cancellationToken), _json.Reflected<TParams>(), _json.Reflected<TResult>(), cancellationToken);

    /// <inheritdoc cref="GetResultsAsync{TResult}(ResultQuery, CancellationToken)"/>
    /// <typeparam name="TParams">What a description is read as.</typeparam>
    /// <typeparam name="TResult">What a result is read as.</typeparam>
    /// <param name="paramsTypeInfo">How a description is read, from a source-generated context: works where the program is trimmed.</param>
    /// <param name="resultTypeInfo">How a result is read.</param>
    /// <param name="query">Which, and in which order; null for all, by job.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public IAsyncEnumerable<JobResult<TParams, TResult>> GetResultsAsync<TParams, TResult>(
        JsonTypeInfo<TParams> paramsTypeInfo,
        JsonTypeInfo<TResult> resultTypeInfo,
        ResultQuery? query = null,
        CancellationToken cancellationToken = default) =>
        ReadAsync(GetResultsAsync(query, cancellationToken), _json.Adapted(paramsTypeInfo), _json.Adapted(resultTypeInfo), cancellationToken);

    /// <summary>
    /// Writes all results to a file, in the format of its ending: <c>.json</c>, <c>.jsonl</c> or <c>.csv</c>. The file appears, or
    /// takes the place of an older one, when it is complete.
    /// </summary>
    /// <param name="path">The file; its folder has to exist.</param>
    /// <param name="cancellationToken">Gives up; the file is then as it was.</param>
    /// <exception cref="InvalidRequestException">The ending is none of these.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async Task SaveResultsAsync(string path, CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        var writer = ResultWriters.ForFile(path);
        var partial = $"{path}.{NewRequestId()}.part";
        try
        {
            var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true);
            await using (file.ConfigureAwait(false))
            {
                await writer.WriteAsync(
                    token => GetResultsAsync(query: null, token), token => _scheduler.GetJobsAsync(_access, new JobQuery(), token), file, cancellationToken).ConfigureAwait(false);
            }
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            if (File.Exists(partial))
                File.Delete(partial);
        }
    }

    private static async IAsyncEnumerable<JobResult<TParams, TResult>> ReadAsync<TParams, TResult>(
        IAsyncEnumerable<JobResult> results,
        JsonTypeInfo<TParams> paramsTypeInfo,
        JsonTypeInfo<TResult> resultTypeInfo,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var result in results.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return new JobResult<TParams, TResult>
            {
                JobId = result.JobId,
                Repetition = result.Repetition,
                Description = PayloadJson.Read(result.Description, paramsTypeInfo, $"The description of job {result.JobId}"),
                Result = PayloadJson.Read(result.Result, resultTypeInfo, $"The result of job {result.JobId}"),
                Attempt = result.Attempt,
                Worker = result.Worker,
                StartedAt = result.StartedAt,
                DoneAt = result.DoneAt,
            };
        }
    }
}
