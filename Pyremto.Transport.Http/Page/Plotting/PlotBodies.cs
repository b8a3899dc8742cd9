namespace Pyremto;

/// <summary>The answer to a question for a plot, as <see cref="PlotAnswers"/> writes it: it stands here to be described.</summary>
internal sealed record PlotAnswer(
    IReadOnlyList<PlotFieldAnswer> Fields, bool MoreFields, int Total, bool Complete, bool? Reset, IReadOnlyList<IReadOnlyList<double?>>? Points,
    PlotExtremeAnswer? Minimum, PlotExtremeAnswer? Maximum, string? Cursor);

/// <summary>A numeric field that results have.</summary>
internal sealed record PlotFieldAnswer(string Name, int Count, double Min, double Max);

/// <summary>The least or greatest y.</summary>
internal sealed record PlotExtremeAnswer(int JobId, double Value);

/// <summary>How many results came in each of some equal parts of the time.</summary>
internal sealed record CompletionsAnswer(DateTimeOffset From, DateTimeOffset To, double BinSeconds, IReadOnlyList<int> Counts);

/// <summary>A result as a list shows it: what is long is left out.</summary>
internal sealed record LatestResult(
    int JobId, int Repetition, int Attempt, string? Worker, DateTimeOffset DoneAt, double DurationSeconds, JsonText? Description, JsonText? Result,
    int DescriptionBytes, int ResultBytes)
{
    private const int LongestShown = 4096;

    public static LatestResult Of(JobResult result) => new(
        result.JobId, result.Repetition, result.Attempt, result.Worker, result.DoneAt, result.DurationSeconds,
        Shown(result.Description), Shown(result.Result), result.Description.Length, result.Result.Length);

    private static JsonText? Shown(JsonText payload) => payload.IsEmpty || payload.Length > LongestShown ? null : payload;
}
