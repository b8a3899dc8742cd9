using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace HyperparameterSearch;

/// <summary>What the command line says.</summary>
internal sealed record SearchOptions
{
    public const string Usage = """
        Searches the best hyperparameters of a kernel ridge regression on all cores.
        Interrupt it whenever you like: started again, it does only what is left.

        Options:
          --workers N  how many jobs run side by side (default: one for each core)
          --db FILE    where the jobs and their results are kept (default: hyperparameter-search.db)
          --grid N     tries N values of alpha with N of gamma (default: 12)
          --fresh      forgets what was done before
          --help       shows this
        """;

    public int Workers { get; private init; } = Environment.ProcessorCount;

    public string Database { get; private init; } = "hyperparameter-search.db";

    public int Grid { get; private init; } = 12;

    public bool Fresh { get; private init; }

    public bool Help { get; private init; }

    /// <summary>Reads the command line; where it is wrong, <paramref name="problem"/> says how.</summary>
    public static bool TryParse(string[] args, out SearchOptions options, [NotNullWhen(false)] out string? problem)
    {
        options = new();
        problem = null;
        for (var i = 0; i < args.Length && problem is null; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i])
            {
                case "--workers" when IsNumber(value, from: 1, to: 1024, out var workers):
                    options = options with { Workers = workers };
                    i++;
                    break;
                case "--grid" when IsNumber(value, from: 2, to: 100, out var grid):
                    options = options with { Grid = grid };
                    i++;
                    break;
                case "--db" when value.Length > 0 && !value.StartsWith("--", StringComparison.Ordinal):
                    options = options with { Database = value };
                    i++;
                    break;
                case "--fresh":
                    options = options with { Fresh = true };
                    break;
                case "--help" or "-h":
                    options = options with { Help = true };
                    break;
                default:
                    problem = args[i] switch
                    {
                        "--workers" => $"--workers needs a whole number from 1 to 1024, not '{value}'.",
                        "--grid" => $"--grid needs a whole number from 2 to 100, not '{value}'.",
                        "--db" => "--db needs the name of a file.",
                        var unknown => $"There is no option '{unknown}'.",
                    };
                    break;
            }
        }

        return problem is null;
    }

    private static bool IsNumber(string text, int from, int to, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= from && number <= to;
}
