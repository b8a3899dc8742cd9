using System.Text.Json.Serialization;

namespace Pyremto;

/// <summary>A job is done. The first valid result wins and never changes.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Result">A JSON object.</param>
/// <param name="Attempt">The hand-out that it comes from; without it the worker's newest is meant.</param>
/// <param name="Tag">The job's tag; needed only in an exchange over several.</param>
/// <param name="Instance">The tag's instance as the hand-out named it; a report for a tag deleted since is refused even if there is a new one of its name.</param>
public sealed record DoneReport(int JobId, JsonText Result, int? Attempt = null, string? Tag = null, Guid? Instance = null);

/// <summary>A hand-out failed: the attempt is spent, the error is kept. Counts only for the caller's own live hand-out.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Error">What happened, for a person to read; cut after 64 KiB.</param>
/// <param name="ExitCode">The exit code where a program was run.</param>
/// <param name="Final">Spends all attempts: trying again would fail again.</param>
/// <param name="Attempt">The hand-out that it comes from; without it the worker's own live one is meant.</param>
/// <param name="Tag">The job's tag; needed only in an exchange over several.</param>
/// <param name="Instance">The tag's instance as the hand-out named it; a report for a tag deleted since is refused even if there is a new one of its name.</param>
public sealed record FailedReport(
    int JobId, string Error, int? ExitCode = null, bool Final = false, int? Attempt = null, string? Tag = null,
    Guid? Instance = null);

/// <summary>A hand-out is given back; its attempt is not spent. Counts only for the caller's own live hand-out.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Attempt">The hand-out that it comes from; without it the worker's own live one is meant.</param>
/// <param name="Tag">The job's tag; needed only in an exchange over several.</param>
/// <param name="Instance">The tag's instance as the hand-out named it; a report for a tag deleted since is refused even if there is a new one of its name.</param>
public sealed record ReleasedReport(int JobId, int? Attempt = null, string? Tag = null, Guid? Instance = null)
{
    /// <summary>
    /// Where it is given back for an asker who is gone: the <see cref="ExchangeAnswer.Replays"/> of the answer that was not read. The report
    /// counts only as long as no later answer told of the hand-out, since that one may have been read. Never crosses a wire.
    /// </summary>
    [JsonIgnore]
    public int? Replays { get; init; }
}
