namespace Pyremto.Tests.ModelBased;

internal enum ReportKind
{
    Done,
    Failed,
    Released,
}

/// <summary>A report of a generated exchange; <see cref="Text"/> is the result, or the error.</summary>
internal sealed record Report(ReportKind Kind, int JobId, string Text, bool IsFinal, int? Attempt)
{
    /// <summary>The order in which reports are applied and answered.</summary>
    public static IEnumerable<Report> InOrder(IEnumerable<Report> reports) => reports.OrderBy(report => report.Kind);

    public override string ToString() => $"{Kind} {JobId}#{Attempt?.ToString() ?? "-"} {(IsFinal ? "finally " : "")}{Text}".TrimEnd();
}

/// <summary>A job that a generated heartbeat names.</summary>
internal sealed record Held(int JobId, int? Attempt)
{
    public override string ToString() => $"{JobId}#{Attempt?.ToString() ?? "-"}";
}

/// <summary>Who takes part in the generated sequences.</summary>
internal static class Workers
{
    public static IReadOnlyList<string> Named { get; } = ["inside", "w1", "w2"];

    /// <summary>One of them lives in the coordinator's own process.</summary>
    public static bool IsInProcess(string? worker) => worker == Named[0];
}
