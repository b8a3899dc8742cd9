using System.Text.Json.Serialization;

namespace Pyremto;

/// <summary>What the answer to a request for work says.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<NextState>))]
public enum NextState
{
    /// <summary>There is work.</summary>
    Job,

    /// <summary>None for you now, but one may come: an attempt is left, or a hand-out is live and could be released or lost.</summary>
    Wait,

    /// <summary>Only exhausted jobs are left.</summary>
    Drained,

    /// <summary>Every job is done or cancelled.</summary>
    Done,

    /// <summary>The tag has no jobs yet.</summary>
    NotSetUp,

    /// <summary>The owner paused the tag.</summary>
    Paused,
}

/// <summary>A job given to a worker.</summary>
/// <param name="Tag">The tag it belongs to.</param>
/// <param name="Instance">That tag's instance; reports should name it.</param>
/// <param name="JobId">The job.</param>
/// <param name="Description">What to do: the JSON object that was set up.</param>
/// <param name="Attempt">The number of this hand-out: 1, 2 …, never reused.</param>
/// <param name="Repetition">Which repetition of its description it is, from 0.</param>
/// <param name="Lease">How long the worker may be silent before it is believed gone.</param>
public sealed record HandOut(
    string Tag,
    Guid Instance,
    int JobId,
    JsonText Description,
    int Attempt,
    int Repetition,
    [property: JsonPropertyName("lease_seconds"), JsonConverter(typeof(SecondsConverter))] TimeSpan Lease);

/// <summary>The answer to an <see cref="ExchangeRequest"/>.</summary>
public sealed record ExchangeAnswer
{
    /// <summary>
    /// Which answer it is. Over several tags the most hopeful one counts: job, wait, paused, not set up, drained, done.
    /// </summary>
    public required NextState State { get; init; }

    /// <summary>Whether there is work: for <see cref="NextState.Job"/> alone.</summary>
    [JsonIgnore]
    public bool HasJob => State == NextState.Job;

    /// <summary>The work, up to <see cref="ExchangeRequest.Count"/> jobs, all of one tag.</summary>
    public IReadOnlyList<HandOut> Jobs { get; init; } = [];

    /// <summary>
    /// Without work: whether the asker holds live jobs itself, so that another may find work where it found none. For schedulers;
    /// never crosses a wire.
    /// </summary>
    [JsonIgnore]
    public bool AskerHoldsJobs { get; init; }

    /// <summary>
    /// With work: how often the same request was told of it before, in answers that were lost. For schedulers and servers; never
    /// crosses a wire.
    /// </summary>
    [JsonIgnore]
    public int Replays { get; init; }

    /// <summary>One for each report, in the order done, failed, released.</summary>
    public IReadOnlyList<ReportOutcome> Outcomes { get; init; } = [];

    /// <summary>
    /// Over several tags: those that were refused, while the others were served. Their reports are <see cref="ReportVerdict.Refused"/>
    /// with the same code. An answer with any is given at once, without waiting for work.
    /// </summary>
    public IReadOnlyList<RefusedTag> RefusedTags { get; init; } = [];

    /// <summary>The answer to a request of which only <see cref="ExchangeRequest.Without"/> was asked, as the answer to all of
    /// it.</summary>
    /// <param name="request">The whole request.</param>
    /// <param name="refused">The tags that were left out.</param>
    public ExchangeAnswer Refusing(ExchangeRequest request, IReadOnlyList<RefusedTag> refused)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(refused);
        var merged = new ReportOutcome[request.Done.Count + request.Failed.Count + request.Released.Count];
        int next = 0, taken = 0;
        foreach (var report in request.Done)
            Add(report.JobId, report.Tag);
        foreach (var report in request.Failed)
            Add(report.JobId, report.Tag);
        foreach (var report in request.Released)
            Add(report.JobId, report.Tag);
        return this with { Outcomes = merged, RefusedTags = [.. RefusedTags, .. refused] };

        void Add(int jobId, string? tag)
        {
            if (tag is null)
                merged[next++] = ReportOutcome.OfNoTag(jobId);
            else if (refused.FirstOrDefault(candidate => candidate.Tag == tag) is { } why)
                merged[next++] = new ReportOutcome(jobId, ReportVerdict.Refused, Code: why.Code, Message: why.Message);
            else
                merged[next++] = Outcomes[taken++];
        }
    }
}
