namespace Pyremto.Cli.Outputs;

/// <summary>Where results go.</summary>
internal interface IResultTarget
{
    /// <summary>The file; null for standard output.</summary>
    string? File { get; }

    /// <summary>Finds out whether it can be written, before hours are computed for it.</summary>
    /// <exception cref="Terminal.CommandException">It cannot; the words say why.</exception>
    Task ProbeAsync(CancellationToken cancellationToken);

    /// <summary>Writes all results.</summary>
    /// <param name="source">Where they come from.</param>
    /// <param name="cancellationToken">Gives up; a file stays as it was before.</param>
    /// <exception cref="Terminal.CommandException">They cannot be written; the words say why.</exception>
    Task WriteAsync(ResultSource source, CancellationToken cancellationToken);
}
