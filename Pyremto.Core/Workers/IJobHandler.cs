using System.Text.Json;

namespace Pyremto;

/// <summary>What every job handler is; write an <see cref="IJobHandler{TJob, TResult}"/>.</summary>
public interface IJobHandler
{
    /// <summary>Ties a handler to its payload types. A handler knows them itself, so that nothing has to look for them by reflection.</summary>
    internal static abstract JobPipeline Bind(Func<IServiceProvider, object> resolve, JsonSerializerOptions json);
}

/// <summary>
/// Does jobs. A worker makes a scope of the host's services for each job and takes the handler from it, so a handler may ask for
/// whatever the host offers in its constructor.
/// </summary>
/// <typeparam name="TJob">
/// What a job's description is read as, case-insensitively; <see cref="JsonText"/> takes it as it is.
/// </typeparam>
/// <typeparam name="TResult">
/// What a job's result is: it has to become a JSON object, so a record, class or dictionary. Names are written in snake_case, NaN and
/// Infinity as null (S13); <see cref="JsonText"/> is taken as it is.
/// </typeparam>
/// <remarks>
/// Jobs of one worker run at the same time up to <see cref="WorkerOptions.Concurrency"/>, each with a handler of its own unless the
/// handler is registered otherwise.
/// </remarks>
public interface IJobHandler<TJob, TResult> : IJobHandler
{
    /// <summary>Does one job.</summary>
    /// <param name="job">What to do.</param>
    /// <param name="context">Which job it is.</param>
    /// <param name="cancellationToken">
    /// Fires when the result is no longer wanted: another worker finished the job or the owner cancelled it (S11), it took longer than
    /// <see cref="WorkerOptions.JobTimeout"/>, or the host has no time left.
    /// </param>
    /// <returns>The result.</returns>
    /// <remarks>
    /// An exception fails the job: the attempt is spent and the message is kept (S9). Throw a <see cref="JobFailedException"/> to say
    /// that no other attempt can succeed.
    /// </remarks>
    Task<TResult> RunAsync(TJob job, JobContext context, CancellationToken cancellationToken);

    /// <inheritdoc/>
    static JobPipeline IJobHandler.Bind(Func<IServiceProvider, object> resolve, JsonSerializerOptions json)
    {
        var payloads = new HandlerPayloads<TJob, TResult>(json);
        return async (context, cancellationToken) =>
        {
            var handler = (IJobHandler<TJob, TResult>)resolve(context.Services);
            var job = payloads.Read(context.Description);
            return payloads.Write(await handler.RunAsync(job, context, cancellationToken).ConfigureAwait(false));
        };
    }
}

/// <summary>A job from its description to its result, both as text.</summary>
internal delegate Task<JsonText> JobPipeline(JobContext context, CancellationToken cancellationToken);
