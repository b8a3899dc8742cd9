using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Outputs;

/// <summary>Results on standard output.</summary>
internal sealed class PrintedResults(CommandOutput output, IResultWriter writer) : IResultTarget
{
    public string? File => null;

    public Task ProbeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task WriteAsync(Func<CancellationToken, IAsyncEnumerable<JobResult>> results, CancellationToken cancellationToken) =>
        writer.WriteAsync(results, output.Data, cancellationToken);
}
