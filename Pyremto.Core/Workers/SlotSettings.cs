namespace Pyremto;

/// <summary>What the slots of one worker have in common.</summary>
internal sealed record SlotSettings
{
    /// <summary>How long the last reports may take when the host's time is up, after the handlers' grace.</summary>
    public static readonly TimeSpan LastReportsWithin = TimeSpan.FromSeconds(3);

    /// <summary>How long a request for work waits at the most while a tag is left out: then it is looked again whether that is to be
    /// tried.</summary>
    public static readonly TimeSpan LeftOutTagRecheck = TimeSpan.FromSeconds(10);

    /// <summary>A request that was told to wait and answered sooner than this is not repeated at once.</summary>
    public static readonly TimeSpan QuickAnswer = TimeSpan.FromSeconds(1);

    public required IReadOnlyList<TagAccess> Tags { get; init; }

    public string? TagPrefix { get; init; }

    public TimeSpan? JobTimeout { get; init; }

    /// <summary>How long a cancelled handler is waited for before it is left to itself.</summary>
    public TimeSpan HandlerGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The same when the host has no time left.</summary>
    public TimeSpan HandlerGraceAtStop { get; init; } = TimeSpan.FromSeconds(2);

    public bool EndWhenNothingLeft { get; init; }

    /// <summary>Whether a failed attempt is reported with the stacks of its exceptions.</summary>
    public bool ReportStackTraces { get; init; }

    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    public static SlotSettings From(WorkerOptions options)
    {
        var settings = new SlotSettings
        {
            Tags = options.Accesses,
            TagPrefix = options.TagPrefix,
            JobTimeout = options.JobTimeout,
            EndWhenNothingLeft = options.WhenNothingLeft != WhenNothingLeft.KeepAsking,
            MaxRetryDelay = options.MaxRetryDelay,
            ReportStackTraces = options.ReportStackTraces,
        };
        return options.HandlerGrace is { } grace ? settings with { HandlerGrace = grace, HandlerGraceAtStop = grace } : settings;
    }
}
