using System.Text.Json.Serialization;

namespace Pyremto;

/// <summary>A worker's sign of life: send one every third of the lease.</summary>
public sealed record Heartbeat
{
    /// <summary>The tags whose jobs the worker has, each with its credential.</summary>
    public IReadOnlyList<TagAccess> Tags { get; init; } = [];

    /// <summary>See <see cref="ExchangeRequest.TagPrefix"/>.</summary>
    [JsonIgnore]
    public string? TagPrefix { get; init; }

    /// <summary>The worker's id; a heartbeat has to have one.</summary>
    public required string Worker { get; init; }

    /// <summary>
    /// The jobs that the worker has. One that was believed lost and has no result is live again; a live one that is left out although
    /// it was handed out more than a lease ago is lost, since its worker does not know of it. <see langword="null"/> vouches for all.
    /// </summary>
    public IReadOnlyList<HeldJob>? Jobs { get; init; }

    /// <summary>
    /// What is left of a heartbeat over several tags without those that are refused and without their jobs. Its answer becomes that of
    /// the whole by
    /// <see cref="HeartbeatAnswer.Refusing"/>.
    /// </summary>
    /// <param name="refused">The refused tags, at least one.</param>
    public Heartbeat Without(IReadOnlyList<RefusedTag> refused)
    {
        ArgumentNullException.ThrowIfNull(refused);
        return this with
        {
            Tags = [.. Tags.Where(access => IsServed(access.Tag))],
            Jobs = Jobs is null ? null : [.. Jobs.Where(job => IsServed(job.Tag))],
        };

        bool IsServed(string? tag) => tag is not null && !refused.Any(candidate => candidate.Tag == tag);
    }
}

/// <summary>A job that a worker says it has.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Tag">The job's tag; needed only over several tags.</param>
/// <param name="Attempt">The hand-out; without it the worker's newest is meant.</param>
/// <param name="Instance">The tag's instance as the hand-out named it; a job of a tag deleted since is not needed even if there is a new
/// one of its name.</param>
/// <param name="Lease">
/// The lease that the worker knows, or, in an answer, that it has to know from now on: a heartbeat is due every third of it. A
/// worker that names it is believed alive by it from then on; until then a hand-out keeps the longest lease of its tag since it was
/// handed out.
/// </param>
public readonly record struct HeldJob(
    int JobId,
    string? Tag = null,
    int? Attempt = null,
    Guid? Instance = null,
    [property: JsonPropertyName("lease_seconds"), JsonConverter(typeof(NullableSecondsConverter))] TimeSpan? Lease = null);

/// <summary>The answer to a heartbeat.</summary>
/// <param name="NotNeeded">Which of the jobs are done or cancelled: stop computing them.</param>
public sealed record HeartbeatAnswer(IReadOnlyList<HeldJob> NotNeeded)
{
    /// <summary>
    /// Those of the jobs whose worker has to know another lease, each with it; <see langword="null"/> where there is none. Name it in the
    /// next heartbeat (<see cref="HeldJob.Lease"/>), and send one every third of it.
    /// </summary>
    public IReadOnlyList<HeldJob>? Leases { get; init; }

    /// <summary>
    /// Over several tags: those that were refused, while the others were served; <see langword="null"/> where none was. The jobs of one
    /// that does not exist are not needed; of one whose credential is refused nothing is said.
    /// </summary>
    public IReadOnlyList<RefusedTag>? RefusedTags { get; init; }

    /// <summary>The answer to a heartbeat of which only <see cref="Heartbeat.Without"/> was asked, as the answer to all of it.</summary>
    /// <param name="heartbeat">The whole heartbeat.</param>
    /// <param name="refused">The tags that were left out.</param>
    public HeartbeatAnswer Refusing(Heartbeat heartbeat, IReadOnlyList<RefusedTag> refused)
    {
        ArgumentNullException.ThrowIfNull(heartbeat);
        ArgumentNullException.ThrowIfNull(refused);
        var ofNoTag = (heartbeat.Jobs ?? []).Where(job =>
            job.Tag is null || refused.Any(candidate => candidate.Tag == job.Tag && candidate.Code == ErrorCodes.TagUnknown));
        return this with { NotNeeded = [.. NotNeeded, .. ofNoTag], RefusedTags = [.. RefusedTags ?? [], .. refused] };
    }
}

/// <summary>A job whose worker may stop, because another finished it or the owner cancelled it.</summary>
/// <param name="Tag">The job's tag.</param>
/// <param name="Instance">That tag's instance: a late notice about a deleted tag means no job of a new one of its name.</param>
/// <param name="JobId">The job.</param>
/// <param name="Attempt">The hand-out that is no longer needed.</param>
/// <param name="Worker">Whose hand-out it is.</param>
public sealed record JobNotNeeded(string Tag, Guid Instance, int JobId, int Attempt, string Worker);
