namespace Pyremto;

/// <summary>A line of the list of tags.</summary>
/// <param name="Tag">Its name.</param>
/// <param name="Protected">Whether it has a password.</param>
/// <param name="State">Where its work stands.</param>
/// <param name="Counts">Its jobs by state.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="LastActivity">When it was last used, to within an hour.</param>
/// <param name="FailedAttempts">Hand-outs that failed, over all jobs, later retried ones included.</param>
public sealed record TagSummary(
    string Tag, bool Protected, TagStatus State, JobCounts Counts, DateTimeOffset CreatedAt, DateTimeOffset LastActivity,
    long FailedAttempts = 0);
