using System.Globalization;
using CsvHelper;

namespace Pyremto;

/// <summary>
/// One line a result, with a header. The columns of descriptions and results are the union of all fields, found in a first pass; the rows
/// are written in a second, so that memory depends on the number of columns alone.
/// </summary>
internal sealed class CsvResultWriter : IResultWriter
{
    private static readonly string[] Fixed = ["job_id", "repetition", "attempt", "worker", "started_at", "done_at", "duration_seconds"];
    private static readonly CsvWriterOptions LineFeeds = CsvWriterOptions.Default with { NewLine = "\n" };

    public string Format => "csv";

    public string ContentType => "text/csv; charset=utf-8";

    public Task WriteAsync(
        Func<CancellationToken, IAsyncEnumerable<JobResult>> results, Stream output, CancellationToken cancellationToken) =>
        WriteAsync(results, static _ => ValueTask.FromResult(new JobPage([], Next: null)), output, cancellationToken);

    public async Task WriteAsync(
        Func<CancellationToken, IAsyncEnumerable<JobResult>> results,
        Func<CancellationToken, ValueTask<JobPage>> jobs,
        Stream output,
        CancellationToken cancellationToken)
    {
        var columns = await FindColumnsAsync(results(cancellationToken), jobs, cancellationToken).ConfigureAwait(false);
        var csv = CsvWriter.Create(output, LineFeeds, leaveOpen: true);
        await using (csv.ConfigureAwait(false))
            await WriteAsync(results(cancellationToken), columns, csv, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The columns, each with its place: those of descriptions first, in the order in which they were met.</summary>
    private static async Task<Dictionary<string, int>> FindColumnsAsync(
        IAsyncEnumerable<JobResult> results, Func<CancellationToken, ValueTask<JobPage>> jobs, CancellationToken cancellationToken)
    {
        var any = false;
        var descriptions = new OrderedDictionary<string, bool>(StringComparer.Ordinal);
        var payloads = new OrderedDictionary<string, bool>(StringComparer.Ordinal);
        await foreach (var row in results.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            any = true;
            PayloadCells.Read("description", row.Description, (name, _) => descriptions.TryAdd(name, true));
            PayloadCells.Read("result", row.Result, (name, _) => payloads.TryAdd(name, true));
        }
        if (!any)
        {
            foreach (var job in (await jobs(cancellationToken).ConfigureAwait(false)).Jobs)
                PayloadCells.Read("description", job.Description, (name, _) => descriptions.TryAdd(name, true));
        }
        return descriptions.Keys.Concat(payloads.Keys)
            .Select((name, index) => (name, index))
            .ToDictionary(column => column.name, column => column.index, StringComparer.Ordinal);
    }

    private static async Task WriteAsync(
        IAsyncEnumerable<JobResult> results, Dictionary<string, int> columns, CsvWriter csv, CancellationToken cancellationToken)
    {
        foreach (var name in Fixed.Concat(columns.Keys))
            csv.WriteField(SpreadsheetCell.Defuse(name));
        await csv.EndRecordAsync(cancellationToken).ConfigureAwait(false);

        var cells = new string?[columns.Count];
        await foreach (var row in results.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            // A row with a field that the first pass did not meet came after it; it is left to the next export.
            if (!TryFill(cells, columns, row))
                continue;
            WriteFixed(csv, row);
            foreach (var cell in cells)
                csv.WriteField(cell);
            await csv.EndRecordAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool TryFill(string?[] cells, Dictionary<string, int> columns, JobResult row)
    {
        Array.Clear(cells);
        var known = true;
        void Fill(string name, string text)
        {
            if (columns.TryGetValue(name, out var index))
                cells[index] = text;
            else
                known = false;
        }
        PayloadCells.Read("description", row.Description, Fill);
        PayloadCells.Read("result", row.Result, Fill);
        return known;
    }

    private static void WriteFixed(CsvWriter csv, JobResult row)
    {
        csv.WriteField(row.JobId.ToString(CultureInfo.InvariantCulture));
        csv.WriteField(row.Repetition.ToString(CultureInfo.InvariantCulture));
        csv.WriteField(row.Attempt.ToString(CultureInfo.InvariantCulture));
        csv.WriteField(SpreadsheetCell.Defuse(row.Worker ?? ""));
        csv.WriteField(ResultRow.Moment(row.StartedAt));
        csv.WriteField(ResultRow.Moment(row.DoneAt));
        csv.WriteField(row.DurationSeconds.ToString("R", CultureInfo.InvariantCulture));
    }
}
