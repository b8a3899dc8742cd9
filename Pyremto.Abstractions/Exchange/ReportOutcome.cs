using System.Text.Json.Serialization;

namespace Pyremto;

/// <summary>What became of a report.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<ReportVerdict>))]
public enum ReportVerdict
{
    /// <summary>It counts, or it says again what this worker said of the hand-out before: then the first report counts, and once (S4,
    /// S8).</summary>
    Accepted,

    /// <summary>The job has its result already, from another worker; that is not an error.</summary>
    AlreadyDone,

    /// <summary>
    /// A failure or release of a hand-out that the caller does not hold, or no longer. Also a repeated one of an anonymous caller,
    /// who cannot be told from another, and one that is repeated only after the job was handed out 32 times more.
    /// </summary>
    NotHeld,

    /// <summary>The report itself is not acceptable; <see cref="ReportOutcome.Message"/> says why.</summary>
    Refused,
}

/// <summary>The outcome of one report of an exchange.</summary>
/// <param name="JobId">The job that was reported.</param>
/// <param name="Outcome">The verdict.</param>
/// <param name="Differs">With <see cref="ReportVerdict.AlreadyDone"/>: whether the result differs from the one that counts.</param>
/// <param name="Code">With <see cref="ReportVerdict.Refused"/>: one of <see cref="ErrorCodes"/>.</param>
/// <param name="Message">With <see cref="ReportVerdict.Refused"/>: why, for a person to read.</param>
public readonly record struct ReportOutcome(
    int JobId, ReportVerdict Outcome, bool Differs = false, string? Code = null, string? Message = null)
{
    /// <summary>The outcome of a report for a tag that the request does not serve.</summary>
    /// <param name="jobId">The job that was reported.</param>
    public static ReportOutcome OfNoTag(int jobId) => new(
        jobId, ReportVerdict.Refused, Code: ErrorCodes.TagUnknown,
        Message: $"Job {jobId} is of no tag of this request: the tag was deleted, has no jobs, or was not named.");

    /// <summary>Throws what a <see cref="ReportVerdict.Refused"/> or <see cref="ReportVerdict.NotHeld"/> report means; else does
    /// nothing.</summary>
    /// <exception cref="PyremtoException">Of the type that belongs to <see cref="Code"/>.</exception>
    public void ThrowIfNotTaken()
    {
        if (Outcome == ReportVerdict.NotHeld)
            throw new NotHeldException($"Job {JobId} is not held by this worker: it was lost, finished or given to another.");
        if (Outcome == ReportVerdict.Refused)
            throw PyremtoException.FromCode(Code ?? ErrorCodes.InvalidJob, Message ?? $"The report of job {JobId} was refused.");
    }
}
