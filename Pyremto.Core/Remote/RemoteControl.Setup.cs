using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;

namespace Pyremto;

public sealed partial class RemoteControl
{
    /// <summary>Sets up the jobs of the tag, once, all or none (S1). Answers how many there are, repetitions included.</summary>
    /// <param name="jobs">
    /// The descriptions, in the order of their job ids: anything that is written as a JSON object. Names become snake_case, NaN and
    /// Infinity null (S13); keys of dictionaries stay as they are.
    /// </param>
    /// <param name="maxRedistributionAttempts">N: how often a job may be handed out in all (S3), at least 1.</param>
    /// <param name="repetitions">How many jobs are made of each description (S18), at least 1.</param>
    /// <param name="cancellationToken">Gives up before the change; once made it stays.</param>
    /// <exception cref="JobsAlreadySetUpException">They are set up already.</exception>
    /// <exception cref="InvalidJobException">A description cannot be written as a JSON object, or there is none.</exception>
    /// <exception cref="InvalidRequestException">A number is out of its range.</exception>
    /// <exception cref="TooLargeException">There are too many, or they are too large (S16).</exception>
    [RequiresUnreferencedCode(Reflection.NeedsMembers)]
    [RequiresDynamicCode(Reflection.NeedsCode)]
    public Task<int> SetupJobsAsync<TParams>(
        IEnumerable<TParams> jobs,
        int maxRedistributionAttempts = 1,
        int repetitions = 1,
        CancellationToken cancellationToken = default) =>
        SetupJobsAsync(Write(jobs, _json.Reflected<TParams>()), maxRedistributionAttempts, repetitions, cancellationToken);

    /// <inheritdoc cref="SetupJobsAsync{TParams}(IEnumerable{TParams}, int, int, CancellationToken)"/>
    /// <param name="jobs">The descriptions, in the order of their job ids.</param>
    /// <param name="typeInfo">How they are written, from a source-generated context: works where the program is trimmed.</param>
    /// <param name="maxRedistributionAttempts">N: how often a job may be handed out in all (S3), at least 1.</param>
    /// <param name="repetitions">How many jobs are made of each description (S18), at least 1.</param>
    /// <param name="cancellationToken">Gives up before the change; once made it stays.</param>
    public Task<int> SetupJobsAsync<TParams>(
        IEnumerable<TParams> jobs,
        JsonTypeInfo<TParams> typeInfo,
        int maxRedistributionAttempts = 1,
        int repetitions = 1,
        CancellationToken cancellationToken = default) =>
        SetupJobsAsync(Write(jobs, _json.Adapted(typeInfo)), maxRedistributionAttempts, repetitions, cancellationToken);

    /// <inheritdoc cref="SetupJobsAsync{TParams}(IEnumerable{TParams}, int, int, CancellationToken)"/>
    /// <param name="jobs">The descriptions as JSON text, which is carried untouched (S13), in the order of their job ids.</param>
    /// <param name="maxRedistributionAttempts">N: how often a job may be handed out in all (S3), at least 1.</param>
    /// <param name="repetitions">How many jobs are made of each description (S18), at least 1.</param>
    /// <param name="cancellationToken">Gives up before the change; once made it stays.</param>
    public Task<int> SetupJobsAsync(
        IEnumerable<JsonText> jobs,
        int maxRedistributionAttempts = 1,
        int repetitions = 1,
        CancellationToken cancellationToken = default) =>
        SetupJobsAsync(
            jobs, new JobSetupOptions { MaxRedistributionAttempts = maxRedistributionAttempts, Repetitions = repetitions }, cancellationToken);

    /// <inheritdoc cref="SetupJobsAsync{TParams}(IEnumerable{TParams}, int, int, CancellationToken)"/>
    /// <param name="jobs">The descriptions, in the order of their job ids.</param>
    /// <param name="options">How they are set up: policy and lease, too.</param>
    /// <param name="cancellationToken">Gives up before the change; once made it stays.</param>
    [OverloadResolutionPriority(1)] // so that new() is this type's
    [RequiresUnreferencedCode(Reflection.NeedsMembers)]
    [RequiresDynamicCode(Reflection.NeedsCode)]
    public Task<int> SetupJobsAsync<TParams>(
        IEnumerable<TParams> jobs, JobSetupOptions options, CancellationToken cancellationToken = default) =>
        SetupJobsAsync(Write(jobs, _json.Reflected<TParams>()), options, cancellationToken);

    /// <inheritdoc cref="SetupJobsAsync{TParams}(IEnumerable{TParams}, int, int, CancellationToken)"/>
    /// <param name="jobs">The descriptions, in the order of their job ids.</param>
    /// <param name="typeInfo">How they are written, from a source-generated context: works where the program is trimmed.</param>
    /// <param name="options">How they are set up: policy and lease, too.</param>
    /// <param name="cancellationToken">Gives up before the change; once made it stays.</param>
    [OverloadResolutionPriority(1)]
    public Task<int> SetupJobsAsync<TParams>(
        IEnumerable<TParams> jobs, JsonTypeInfo<TParams> typeInfo, JobSetupOptions options, CancellationToken cancellationToken = default) =>
        SetupJobsAsync(Write(jobs, _json.Adapted(typeInfo)), options, cancellationToken);

    /// <inheritdoc cref="SetupJobsAsync{TParams}(IEnumerable{TParams}, int, int, CancellationToken)"/>
    /// <param name="jobs">The descriptions as JSON text, which is carried untouched (S13), in the order of their job ids.</param>
    /// <param name="options">How they are set up: policy and lease, too.</param>
    /// <param name="cancellationToken">Gives up before the change; once made it stays.</param>
    [OverloadResolutionPriority(1)]
    public Task<int> SetupJobsAsync(IEnumerable<JsonText> jobs, JobSetupOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        ArgumentNullException.ThrowIfNull(options);
        return SetupJobsAsync(options.For(jobs), cancellationToken);
    }

    /// <inheritdoc cref="SetupJobsAsync{TParams}(IEnumerable{TParams}, int, int, CancellationToken)"/>
    /// <param name="setup">The descriptions with all that can be set.</param>
    /// <param name="cancellationToken">Gives up before the change; once made it stays.</param>
    public Task<int> SetupJobsAsync(JobSetup setup, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(setup);
        ThrowIfReadOnly();
        var request = setup.RequestId is null ? setup with { RequestId = NewRequestId() } : setup;
        return TryAsync(token => _scheduler.SetUpJobsAsync(_access, request, token), cancellationToken);
    }

    private static IEnumerable<JsonText> Write<TParams>(IEnumerable<TParams> jobs, JsonTypeInfo<TParams> typeInfo)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        return jobs.Select((job, index) => PayloadJson.Write(job, typeInfo, $"The description of job {index}"));
    }
}
