using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Inputs;

/// <summary>
/// One <c>--grid</c>: a field and the values that it takes. They are a list (<c>0.1,0.01</c>; what each means stands at
/// <see cref="CellValue"/>), ranges in it, ends included (<c>2..8</c>, <c>8..2</c>, <c>0..1..0.25</c>), or a JSON array, for values of any kind.
/// </summary>
/// <param name="Field">The field's name, nested where it is dotted.</param>
/// <param name="Values">The values as JSON, at least one.</param>
internal sealed partial record GridAxis(string Field, IReadOnlyList<byte[]> Values)
{
    private const int MostValues = 10_000_000;
    private const decimal LargestBound = 1e28m; // so that no difference of two overflows

    /// <summary>Reads <c>FIELD=VALUES</c>.</summary>
    /// <exception cref="CommandException">It is not written so.</exception>
    public static GridAxis Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
            throw Wrong(text, "write FIELD=VALUES, such as lr=0.1,0.01 or depth=2..8");
        var values = text[(equals + 1)..].Trim();
        return new GridAxis(text[..equals].Trim(), values.StartsWith('[') ? FromArray(values, text) : FromList(values, text));
    }

    private static List<byte[]> FromArray(string values, string text)
    {
        if (!JsonText.TryParsePython(Encoding.UTF8.GetBytes(values), out var array, out var problem))
            throw Wrong(text, $"what begins with '[' has to be a JSON array. {problem}");
        using var elements = JsonDocument.Parse(array.Utf8);
        return elements.RootElement.GetArrayLength() > 0
            ? [.. elements.RootElement.EnumerateArray().Select(element => Encoding.UTF8.GetBytes(element.GetRawText()))]
            : throw Wrong(text, "there is no value in it");
    }

    private static List<byte[]> FromList(string values, string text)
    {
        var all = new List<byte[]>();
        foreach (var value in values.Split(',', StringSplitOptions.TrimEntries))
        {
            if (value.Length == 0)
                throw Wrong(text, "a value is empty; for the empty text write a JSON array: FIELD='[\"\"]'");
            if (Range().Match(value) is { Success: true } range)
                AddRange(all, range, text);
            else
                all.Add(CellValue.ToJson(value));
        }
        return all;
    }

    private static void AddRange(List<byte[]> values, Match range, string text)
    {
        var (from, to) = (Number(range.Groups["from"], text), Number(range.Groups["to"], text));
        if (!range.Groups["step"].Success && !(decimal.IsInteger(from) && decimal.IsInteger(to)))
            throw Wrong(text, "a range that is not of whole numbers needs its step, such as 0..1..0.25");
        var step = range.Groups["step"].Success ? Math.Abs(Number(range.Groups["step"], text)) : 1;
        if (step == 0)
            throw Wrong(text, "the step of a range cannot be 0");
        if (Math.Abs((double)to - (double)from) / (double)step >= MostValues - values.Count)
            throw Wrong(text, $"these are more than {MostValues:N0} values");
        var count = (int)decimal.Floor(Math.Abs(to - from) / step) + 1;
        for (var i = 0; i < count; i++)
            values.Add(Encoding.UTF8.GetBytes((from + (from <= to ? i : -i) * step).ToString("0.############################", CultureInfo.InvariantCulture)));
    }

    private static decimal Number(Group group, string text) =>
        decimal.TryParse(group.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) <= LargestBound
            ? number
            : throw Wrong(text, $"'{group.Value}' is too large for a range");

    private static CommandException Wrong(string text, string problem) => CommandException.WrongUse($"--grid {text}: {problem}.");

    [GeneratedRegex(
        @"^(?<from>[+-]?\d+(\.\d+)?([eE][+-]?\d+)?)\.\.(?<to>[+-]?\d+(\.\d+)?([eE][+-]?\d+)?)(\.\.(?<step>[+-]?\d+(\.\d+)?([eE][+-]?\d+)?))?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Range();
}
