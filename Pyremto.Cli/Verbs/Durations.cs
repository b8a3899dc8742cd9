using System.Buffers;
using System.CommandLine;
using System.Globalization;

namespace Pyremto.Cli.Verbs;

/// <summary>Spans of time as people write them: <c>90</c>, <c>90s</c>, <c>1.5h</c>, <c>3h50m</c>, <c>2d</c>.</summary>
internal static class Durations
{
    private const double LongestSeconds = 10 * 365 * 86400.0;

    private static readonly SearchValues<char> OfNumber = SearchValues.Create("0123456789.");

    /// <summary>An option that takes one.</summary>
    public static Option<TimeSpan?> Option(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            if (TryParse(result.Tokens[0].Value, out var time))
                return time;
            result.AddError($"'{result.Tokens[0].Value}' is no time for {name}; write it like 90s, 10m, 3h50m or 2d.");
            return null;
        },
    };

    /// <summary>Reads one; a number without a unit is seconds. Zero is allowed, negative ones are not.</summary>
    public static bool TryParse(string text, out TimeSpan time)
    {
        time = default;
        var seconds = 0.0;
        var rest = text.AsSpan().Trim();
        if (rest.IsEmpty)
            return false;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(OfNumber);
            var number = digits < 0 ? rest : rest[..digits];
            if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
                return false;
            rest = rest[number.Length..];
            var letters = rest.IndexOfAny(OfNumber);
            var unit = letters < 0 ? rest : rest[..letters];
            if (UnitSeconds(unit, isAlone: seconds == 0) is not { } factor)
                return false;
            rest = rest[unit.Length..];
            seconds += value * factor;
        }
        if (seconds > LongestSeconds)
            return false;
        time = TimeSpan.FromSeconds(seconds);
        return true;
    }

    private static double? UnitSeconds(ReadOnlySpan<char> unit, bool isAlone) => unit switch
    {
        "ms" => 0.001,
        "s" or "sec" => 1,
        "m" or "min" => 60,
        "h" => 3600,
        "d" => 86400,
        "" when isAlone => 1,
        _ => null,
    };
}
