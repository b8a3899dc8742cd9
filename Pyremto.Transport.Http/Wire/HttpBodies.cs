namespace Pyremto;

/// <summary>A failure of the job that the route names; see <see cref="FailedReport"/>.</summary>
internal sealed record FailureBody(
    string Error, string? Worker = null, int? ExitCode = null, bool Final = false, int? Attempt = null, Guid? Instance = null);

/// <summary>The job that the route names is given back; see <see cref="ReleasedReport"/>.</summary>
internal sealed record ReleaseBody(string? Worker = null, int? Attempt = null, Guid? Instance = null);

/// <summary>Which jobs get new attempts; none named means all that are exhausted, and all that are cancelled where these are meant
/// too.</summary>
internal sealed record RetryBody(IReadOnlyList<int>? Jobs = null, double? SilentForSeconds = null, bool Cancelled = false);

/// <summary>Which jobs are cancelled; none named means all that are unfinished.</summary>
internal sealed record CancelBody(IReadOnlyList<int>? Jobs = null);

/// <summary>How long a view token holds; none said means until it is rotated away.</summary>
internal sealed record ViewTokenBody(double? LifetimeSeconds = null);

/// <summary>A tag that was created.</summary>
internal sealed record CreatedTagAnswer(string Tag, Guid Instance, string ViewToken, string ProgressUrl);

/// <summary>How many jobs were set up.</summary>
internal sealed record JobsAnswer(int Jobs);

/// <summary>A view token.</summary>
internal sealed record ViewTokenAnswer(string ViewToken);

/// <summary>An error as RFC 9457 has it, with one of <see cref="ErrorCodes"/>.</summary>
internal sealed record ProblemAnswer(string Type, string Title, int Status, string Detail, string Code);

/// <summary>A call that waits for work, and whose caller wants it no more: named by what it was made with, its tags' credentials
/// included.</summary>
internal sealed record GiveUpBody(string RequestId, IReadOnlyList<TagAccess> Tags, string? Worker = null);

/// <summary>How many calls were given up.</summary>
internal sealed record GivenUpAnswer(int Calls);

/// <summary>A body that says nothing.</summary>
internal sealed record EmptyBody;

/// <summary>The address of a tag's page with a view token in it, and what to do where others do not reach it.</summary>
internal sealed record PageAnswer(string Url, string? Hint = null);

/// <summary>What a page trades for its cookie: one of both.</summary>
internal sealed record SessionBody(string? ViewToken = null, string? Password = null)
{
    /// <summary>Nothing: secrets are not shown.</summary>
    public override string ToString() => nameof(SessionBody);
}
