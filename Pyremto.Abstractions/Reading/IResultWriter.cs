namespace Pyremto;

/// <summary>Writes results in one format, row by row: a million of them take constant memory. Implementations are thread-safe.</summary>
public interface IResultWriter
{
    /// <summary>The format's name, which is also the ending of its files: <c>json</c>, <c>jsonl</c>, <c>csv</c>.</summary>
    string Format { get; }

    /// <summary>The media type of what is written, with its charset.</summary>
    string ContentType { get; }

    /// <summary>Writes all results. Waits for a slow <paramref name="output"/>, and writes to it asynchronously only.</summary>
    /// <param name="results">
    /// Starts an enumeration of the results, from the first on. A format that has to know all fields before the first row calls it twice.
    /// </param>
    /// <param name="output">Where to; it is flushed and left open.</param>
    /// <param name="cancellationToken">Gives up; part of it may have been written.</param>
    Task WriteAsync(
        Func<CancellationToken, IAsyncEnumerable<JobResult>> results, Stream output, CancellationToken cancellationToken);

    /// <summary>The same; where there are no results, a format with columns has at least those of the jobs' descriptions.</summary>
    /// <param name="results">Starts an enumeration of the results, from the first on.</param>
    /// <param name="jobs">Reads some of the jobs; called only where there are no results, and only by formats that have columns.</param>
    /// <param name="output">Where to; it is flushed and left open.</param>
    /// <param name="cancellationToken">Gives up; part of it may have been written.</param>
    Task WriteAsync(
        Func<CancellationToken, IAsyncEnumerable<JobResult>> results,
        Func<CancellationToken, ValueTask<JobPage>> jobs,
        Stream output,
        CancellationToken cancellationToken) => WriteAsync(results, output, cancellationToken);
}
