using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Outputs;

/// <summary>Results on standard output.</summary>
internal sealed class PrintedResults(CommandOutput output, IResultWriter writer) : IResultTarget
{
    public string? File => null;

    public Task ProbeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task WriteAsync(ResultSource source, CancellationToken cancellationToken) =>
        writer.WriteAsync(source.Results, source.Jobs, output.Data, cancellationToken);
}
