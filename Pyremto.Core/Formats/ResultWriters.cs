namespace Pyremto;

/// <summary>The formats in which results are written.</summary>
public static class ResultWriters
{
    /// <summary>All formats: JSON, JSON lines, CSV.</summary>
    public static IReadOnlyList<IResultWriter> All { get; } = [new JsonResultWriter(), new JsonLinesResultWriter(), new CsvResultWriter()];

    /// <summary>The format of a file by its ending, upper or lower case.</summary>
    /// <exception cref="InvalidRequestException">There is no format of that ending.</exception>
    public static IResultWriter ForFile(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var ending = Path.GetExtension(path).TrimStart('.');
        return All.FirstOrDefault(writer => writer.Format.Equals(ending, StringComparison.OrdinalIgnoreCase))
            ?? throw new InvalidRequestException(
                $"Results are written as .json, .jsonl or .csv, by the file's ending; '{Path.GetFileName(path)}' has none of these.");
    }
}
