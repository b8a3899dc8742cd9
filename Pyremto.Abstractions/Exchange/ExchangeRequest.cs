using System.Text.Json.Serialization;

namespace Pyremto;

/// <summary>
/// One trip of a worker to the scheduler: reports in, work out. One exchange a job is the hot path: one round trip, one commit.
/// Reports are applied before work is given. Repeating the whole exchange with the same <see cref="RequestId"/> after a lost
/// answer is safe: it gives the same jobs and counts nothing twice.
/// </summary>
public sealed record ExchangeRequest
{
    /// <summary>The tags to serve, each with its credential: 1 to 64, unless <see cref="TagPrefix"/> is given.</summary>
    public IReadOnlyList<TagAccess> Tags { get; init; } = [];

    /// <summary>
    /// Serves all tags whose name starts so, without their passwords: for code that runs in the coordinator's own process and is
    /// therefore trusted. Never crosses a wire.
    /// </summary>
    [JsonIgnore]
    public string? TagPrefix { get; init; }

    /// <summary>
    /// With <see cref="TagPrefix"/>: tags of which no work is wanted, as the worker sits them out. Reports for them count. Never crosses
    /// a wire.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<string> ExceptTags { get; init; } = [];

    /// <summary>The worker's id, up to 128 characters; <see langword="null"/> for an anonymous one, each of whose calls counts as a
    /// different worker.</summary>
    public string? Worker { get; init; }

    /// <summary>
    /// Whether the worker lives in the process of whoever receives this object, and so is lost when that process ends.
    /// Always set by workers, and meaningful at the coordinator alone, since it never crosses a wire.
    /// </summary>
    [JsonIgnore]
    public bool InProcess { get; init; }

    /// <summary>Made by the worker, new for each exchange and the same for its repetition. Up to 128 characters.</summary>
    public string? RequestId { get; init; }

    /// <summary>How long the answer may wait for work, 0 to 50 seconds; longer is cut to that.</summary>
    /// <value>The default is zero: answer at once.</value>
    [JsonPropertyName("wait_seconds"), JsonConverter(typeof(SecondsConverter))]
    public TimeSpan Wait { get; init; }

    /// <summary>
    /// Whether the answer also waits where the tags are done or drained, since more may come: jobs that are tried anew, or another tag
    /// with the prefix. Then it comes when there is work, or when <see cref="Wait"/> is over.
    /// </summary>
    /// <value>The default is false: done and drained are answered at once.</value>
    public bool UntilWork { get; init; }

    /// <summary>How many jobs are wanted at the most, 0 (only report) to 1024.</summary>
    /// <value>The default is 1.</value>
    public int Count { get; init; } = 1;

    /// <summary>Jobs that are done.</summary>
    public IReadOnlyList<DoneReport> Done { get; init; } = [];

    /// <summary>Jobs that failed.</summary>
    public IReadOnlyList<FailedReport> Failed { get; init; } = [];

    /// <summary>Jobs that are given back without having been tried.</summary>
    public IReadOnlyList<ReleasedReport> Released { get; init; } = [];

    /// <summary>Whether it carries any report, which counts even if the caller is gone before it is answered.</summary>
    [JsonIgnore]
    public bool HasReports => Done.Count + Failed.Count + Released.Count > 0;

    /// <summary>Whether its answer may wait for work.</summary>
    [JsonIgnore]
    public bool MayWait => Count > 0 && Wait > TimeSpan.Zero;

    /// <summary>
    /// What is left of a request over several tags without those that are refused and without their reports; it is answered at once. Its
    /// answer becomes that of the whole by <see cref="ExchangeAnswer.Refusing"/>.
    /// </summary>
    /// <param name="refused">The refused tags, at least one and not all.</param>
    public ExchangeRequest Without(IReadOnlyList<RefusedTag> refused)
    {
        ArgumentNullException.ThrowIfNull(refused);
        return this with
        {
            Tags = [.. Tags.Where(access => IsServed(access.Tag))],
            Wait = TimeSpan.Zero,
            Done = [.. Done.Where(report => IsServed(report.Tag))],
            Failed = [.. Failed.Where(report => IsServed(report.Tag))],
            Released = [.. Released.Where(report => IsServed(report.Tag))],
        };

        // A report without a tag is of none of several, and must not become one of the last that is left.
        bool IsServed(string? tag) => tag is not null && !refused.Any(candidate => candidate.Tag == tag);
    }

    /// <summary>
    /// The request that gives back the work in an answer to this one, whose asker is gone before it read it. What the same request was
    /// told again since is left alone.
    /// </summary>
    /// <param name="answer">An answer that holds work.</param>
    public ExchangeRequest GivingBack(ExchangeAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return new ExchangeRequest
        {
            Tags = [.. Tags.Where(access => answer.Jobs.Any(job => job.Tag == access.Tag))],
            TagPrefix = TagPrefix,
            Worker = Worker,
            InProcess = InProcess,
            Count = 0,
            Released = [.. answer.Jobs.Select(job =>
                new ReleasedReport(job.JobId, job.Attempt, job.Tag, job.Instance) { Replays = answer.Replays })],
        };
    }
}
