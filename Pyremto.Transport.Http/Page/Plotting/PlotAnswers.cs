using System.Globalization;
using System.Text.Json;

namespace Pyremto;

/// <summary>The answer to a question for a plot, and the cursor in it. Points are arrays, since there may be thousands.</summary>
internal static class PlotAnswers
{
    /// <summary>Whether a text may be a cursor: <c>name.thinning.version</c>.</summary>
    public static bool IsCursor(string text) => Parse(text) is not null;

    /// <summary>Where a reader stands; null if it stands nowhere that this index knows, and gets everything.</summary>
    public static PlotCursor? CursorOf(PlotIndex index, string? text) =>
        text is not null && Parse(text) is { } cursor && cursor.Index == index.Name ? cursor.Cursor : null;

    public static void Write(Utf8JsonWriter json, PlotIndex index, PlotView? view, PlotCursor? after, TagProgress progress)
    {
        json.WriteStartObject();
        WriteFields(json, index.Table);
        json.WriteNumber("total", index.Table.Total);
        json.WriteBoolean("complete", index.Table.Total >= progress.Done);
        if (view is not null)
            WritePoints(json, index, view, after);
        json.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter json, PlotTable table)
    {
        json.WriteStartArray("fields");
        foreach (var field in table.Fields)
        {
            json.WriteStartObject();
            json.WriteString("name", field.Name);
            json.WriteNumber("count", field.Count);
            json.WriteNumber("min", field.Minimum);
            json.WriteNumber("max", field.Maximum);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteBoolean("more_fields", table.LeavesFieldsOut);
    }

    private static void WritePoints(Utf8JsonWriter json, PlotIndex index, PlotView view, PlotCursor? after)
    {
        json.WriteBoolean("reset", !view.IsCurrent(after));
        json.WriteStartArray("points");
        foreach (var point in view.Since(after))
        {
            json.WriteStartArray();
            json.WriteNumberValue(point.X);
            json.WriteNumberValue(point.Y);
            WriteOrNull(json, point.Colour);
            json.WriteNumberValue(point.JobId);
            json.WriteNumberValue(point.Count);
            WriteOrNull(json, point.Spread);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        if (view.Range is { } range)
        {
            WriteExtreme(json, "minimum", range.Least);
            WriteExtreme(json, "maximum", range.Greatest);
        }
        var cursor = view.Cursor;
        json.WriteString("cursor", string.Create(CultureInfo.InvariantCulture, $"{index.Name}.{cursor.Thinning}.{cursor.Version}"));
    }

    private static void WriteExtreme(Utf8JsonWriter json, string name, PlotPoint point)
    {
        json.WriteStartObject(name);
        json.WriteNumber("job_id", point.JobId);
        json.WriteNumber("value", point.Y);
        json.WriteEndObject();
    }

    private static void WriteOrNull(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteNullValue();
    }

    private static (string Index, PlotCursor Cursor)? Parse(string text) =>
        text.Split('.', 4) is [{ Length: > 0 and <= 16 } index, var thinning, var version]
        && long.TryParse(thinning, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
        && long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var second)
            ? (index, new PlotCursor(first, second))
            : null;
}
