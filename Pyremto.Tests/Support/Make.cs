namespace Pyremto.Tests.Support;

/// <summary>Short builders for what the tests send.</summary>
internal static class Make
{
    /// <summary>Descriptions <c>{"x":0}</c>, <c>{"x":1}</c> …</summary>
    public static IReadOnlyList<JsonText> Jobs(int count) =>
        [.. Enumerable.Range(0, count).Select(i => JsonText.Parse($$"""{"x":{{i}}}"""))];

    public static JobSetup SetUp(
        int jobs, int n = 1, RedistributionPolicy policy = RedistributionPolicy.WhenIdle, TimeSpan? lease = null, string? requestId = null) => new()
        {
            Jobs = Jobs(jobs),
            MaxRedistributionAttempts = n,
            Policy = policy,
            Lease = lease ?? TagDefaults.Lease,
            RequestId = requestId,
        };

    public static TagRecord Record(string name, Guid instance, DateTimeOffset createdAt, string? requestId = null, string? passwordHash = null) =>
        new()
        {
            Name = name,
            Instance = instance,
            ViewKey = new byte[] { 1, 2, 3 },
            CreatedAt = createdAt,
            CreationRequestId = requestId,
            PasswordHash = passwordHash,
        };
}
