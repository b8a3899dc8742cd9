using Pyremto.Cli.Programs;

namespace Pyremto.Cli.Working;

/// <summary>What a worker of the command line works for, with what, and until when.</summary>
internal sealed record WorkSettings
{
    /// <summary>The tags, each with its password.</summary>
    public required IReadOnlyList<TagAccess> Tags { get; init; }

    /// <summary>The program.</summary>
    public required ProgramSettings Program { get; init; }

    /// <summary>How many failed jobs, none having succeeded, end it; 0 for never.</summary>
    public required int MaxFailures { get; init; }

    /// <summary>After how many jobs it ends; null for any number.</summary>
    public int? MaxJobs { get; init; }

    /// <summary>After how long without a job it ends; null for never.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>After how long it asks for no more jobs; null for never.</summary>
    public TimeSpan? StopAfter { get; init; }
}
