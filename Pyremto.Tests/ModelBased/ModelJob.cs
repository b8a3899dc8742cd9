namespace Pyremto.Tests.ModelBased;

/// <summary>A job of the model: its hand-outs, and everything else follows from them.</summary>
internal sealed class ModelJob(int id)
{
    public int Id { get; } = id;

    public List<ModelHandOut> HandOuts { get; } = [];

    public ModelResult? Result { get; set; }

    public bool IsCancelled { get; set; }

    /// <summary>Until when it is not handed out again because it failed (S9).</summary>
    public DateTimeOffset DelayedUntil { get; set; }

    public bool IsOpen => Result is null && !IsCancelled;

    public bool IsLive => HandOuts.Exists(handOut => handOut.IsLive);

    public int Spent => HandOuts.Sum(handOut => handOut.Cost);

    public JobState State(int n) =>
        Result is not null ? JobState.Done
        : IsCancelled ? JobState.Cancelled
        : IsLive ? JobState.InProgress
        : Spent < n ? JobState.Waiting
        : JobState.Exhausted;
}

/// <summary>A hand-out of the model. It costs one attempt; none once released or forgiven; one that failed for good costs all that there
/// are.</summary>
internal sealed record ModelHandOut(int JobId, int Attempt, string? Worker, string? RequestId, DateTimeOffset At)
{
    public HandOutState State { get; set; } = HandOutState.Live;

    public int Cost { get; set; } = 1;

    /// <summary>The longest lease of the tag since it was handed out, which its worker may know (S10).</summary>
    public TimeSpan Lease { get; set; }

    public string? Error { get; set; }

    /// <summary>Whether its worker failed or released it, even if a result of it came after all.</summary>
    public ReportKind? Reported { get; set; }

    public bool IsLive => State == HandOutState.Live;

    /// <summary>Whether its worker may still come back with it.</summary>
    public bool IsExpected => State is HandOutState.Live or HandOutState.Lost;
}

internal sealed record ModelResult(int JobId, int Attempt, string? Worker, string Text);
