namespace Pyremto.Cli.Running;

/// <summary>What came of a run, for <c>--json</c>; no results where they could not be written.</summary>
internal sealed record RunSummary(int Total, int Done, int Failed, int Unfinished, string? Results, string State);
