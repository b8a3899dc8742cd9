namespace Pyremto;

/// <summary>What the slots of one worker have in common.</summary>
internal sealed record SlotSettings
{
    /// <summary>How long a cancelled handler is waited for before it is left to itself.</summary>
    public static readonly TimeSpan HandlerGrace = TimeSpan.FromSeconds(10);

    /// <summary>The same when the host has no time left.</summary>
    public static readonly TimeSpan HandlerGraceAtStop = TimeSpan.FromSeconds(2);

    /// <summary>How long after the host's time is up the last reports may take, the handlers' grace included.</summary>
    public static readonly TimeSpan LastReportsWithin = TimeSpan.FromSeconds(5);

    /// <summary>How long a request for work waits while one of several tags is missing: then it is looked for again.</summary>
    public static readonly TimeSpan MissingTagRecheck = TimeSpan.FromSeconds(10);

    /// <summary>A request that was told to wait and answered sooner than this is not repeated at once.</summary>
    public static readonly TimeSpan QuickAnswer = TimeSpan.FromSeconds(1);

    public required IReadOnlyList<TagAccess> Tags { get; init; }

    public string? TagPrefix { get; init; }

    public TimeSpan? JobTimeout { get; init; }

    public bool EndWhenNothingLeft { get; init; }

    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    public static SlotSettings From(WorkerOptions options) => new()
    {
        Tags = options.Accesses,
        TagPrefix = options.TagPrefix,
        JobTimeout = options.JobTimeout,
        EndWhenNothingLeft = options.WhenNothingLeft != WhenNothingLeft.KeepAsking,
        MaxRetryDelay = options.MaxRetryDelay,
    };
}
