namespace Pyremto.Cli.Outputs;

/// <summary>Where results come from.</summary>
/// <param name="Results">Starts an enumeration of them, from the first on; it may be called twice.</param>
/// <param name="Jobs">Reads some of the jobs, whose fields are columns where there are no results.</param>
internal sealed record ResultSource(Func<CancellationToken, IAsyncEnumerable<JobResult>> Results, Func<CancellationToken, ValueTask<JobPage>> Jobs);
