namespace Pyremto.Cli.Running;

/// <summary>What came of a run, for <c>--json</c>.</summary>
internal sealed record RunSummary(int Total, int Done, int Failed, int Unfinished, string Results, string State);
