namespace Pyremto.Benchmarks.Harness;

/// <summary>Prints lines as plain text in columns.</summary>
internal static class Table
{
    private static readonly string[] Header = ["name", "ours", "floor", "ratio", "bar", "verdict"];

    public static string Of(IReadOnlyList<Line> lines, bool dry)
    {
        var rows = lines.Select(line => Cells(line, dry)).Prepend(Header).ToArray();
        var widths = Enumerable.Range(0, Header.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return string.Join(Environment.NewLine, rows.Select(row => Join(row, widths)));
    }

    private static string[] Cells(Line line, bool dry) =>
    [
        line.Name,
        Number(line.Ours, line.Unit),
        line.Floor is { } floor ? Number(floor, line.Unit) : "",
        line.Ratio is { } ratio ? $"{ratio:0.00} x" : "",
        line.Bar,
        line.Reached switch { null => "", _ when dry => "dry", true => "reached", false => "MISSED" },
    ];

    private static string Number(double value, string unit) => $"{(value < 100 ? $"{value:0.0}" : $"{value:N0}")} {unit}";

    private static string Join(string[] row, int[] widths) =>
        string.Join("  ", row.Select((cell, column) => column is 0 or 5 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd();
}
