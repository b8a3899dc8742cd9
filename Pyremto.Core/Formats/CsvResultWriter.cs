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
    private static async Task<OrderedDictionary<CsvColumn, int>> FindColumnsAsync(
        IAsyncEnumerable<JobResult> results, Func<CancellationToken, ValueTask<JobPage>> jobs, CancellationToken cancellationToken)
    {
        var any = false;
        var fields = new CsvRowColumns();
        var descriptions = new OrderedDictionary<CsvColumn, int>();
        var payloads = new OrderedDictionary<CsvColumn, int>();
        await foreach (var row in results.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            any = true;
            fields.Begin();
            PayloadCells.Read("description", row.Description, (name, _) => descriptions.TryAdd(fields.Of(name), descriptions.Count));
            PayloadCells.Read("result", row.Result, (name, _) => payloads.TryAdd(fields.Of(name), payloads.Count));
        }
        if (!any)
        {
            foreach (var job in (await jobs(cancellationToken).ConfigureAwait(false)).Jobs)
            {
                fields.Begin();
                PayloadCells.Read("description", job.Description, (name, _) => descriptions.TryAdd(fields.Of(name), descriptions.Count));
            }
        }
        foreach (var column in payloads.Keys)
            descriptions.Add(column, descriptions.Count);
        return descriptions;
    }

    private static async Task WriteAsync(
        IAsyncEnumerable<JobResult> results, OrderedDictionary<CsvColumn, int> columns, CsvWriter csv, CancellationToken cancellationToken)
    {
        foreach (var name in Fixed.Concat(columns.Keys.Select(static column => column.Name)))
            csv.WriteField(SpreadsheetCell.Defuse(name));
        await csv.EndRecordAsync(cancellationToken).ConfigureAwait(false);

        var cells = new string?[columns.Count];
        var fields = new CsvRowColumns();
        await foreach (var row in results.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            // A row with a field that the first pass did not meet came after it; it is left to the next export.
            if (!TryFill(cells, columns, fields, row))
                continue;
            WriteFixed(csv, row);
            foreach (var cell in cells)
                csv.WriteField(cell);
            await csv.EndRecordAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool TryFill(string?[] cells, OrderedDictionary<CsvColumn, int> columns, CsvRowColumns fields, JobResult row)
    {
        Array.Clear(cells);
        fields.Begin();
        var known = true;
        void Fill(string name, string text)
        {
            if (columns.TryGetValue(fields.Of(name), out int index))
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
