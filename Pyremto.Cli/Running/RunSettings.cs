using Pyremto.Cli.Inputs;
using Pyremto.Cli.Outputs;
using Pyremto.Cli.Programs;

namespace Pyremto.Cli.Running;

/// <summary>What a run is to do. Immutable.</summary>
internal sealed record RunSettings
{
    /// <summary>Where the jobs come from.</summary>
    public required IJobInput Input { get; init; }

    /// <summary>How many jobs are made of each description (S18).</summary>
    public int Repetitions { get; init; } = 1;

    /// <summary>The program.</summary>
    public required ProgramSettings Program { get; init; }

    /// <summary>Where the jobs and their results are kept.</summary>
    public required StateFile State { get; init; }

    /// <summary>Where the results go in the end.</summary>
    public required IResultTarget Target { get; init; }

    /// <summary>N (S3) where it was said; a state that is there keeps its own otherwise.</summary>
    public int? Attempts { get; init; }

    /// <summary>How long a failed job waits (S9) where it was said; a state that is there keeps its own otherwise.</summary>
    public TimeSpan? RetryDelay { get; init; }

    /// <summary>What a changed program means.</summary>
    public WhenChanged WhenChanged { get; init; }

    /// <summary>Whether failed jobs get new attempts (S12).</summary>
    public bool Retry { get; init; }

    /// <summary>How many failed jobs, none having succeeded, end the run; 0 for never.</summary>
    public int MaxFailures { get; init; }

    /// <summary>Where the run shows its page; null opens no port.</summary>
    public PageSettings? Page { get; init; }

    /// <summary>The line that runs the failed jobs again, to be pasted.</summary>
    public required string RetryLine { get; init; }
}
