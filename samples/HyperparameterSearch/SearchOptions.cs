using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using Pyremto;

namespace HyperparameterSearch;

/// <summary>What the command line says.</summary>
internal sealed record SearchOptions
{
    public const string Usage = """
        Searches the best hyperparameters of a kernel ridge regression on all cores.
        Interrupt it whenever you like: started again, it does only what is left.

        Options:
          --processes N  how many worker processes there are (default: one for each core; 0: none, this process does the jobs)
          --workers N    how many jobs each process runs side by side (default: 1; with --processes 0 one for each core)
          --db FILE      where the jobs and their results are kept (default: hyperparameter-search.db)
          --log FILE     which job was given to whom, and what went wrong (default: beside the database)
          --grid N       tries N values of alpha with N of gamma (default: 12)
          --fresh        forgets what was done before
          --help         shows this
        """;

    /// <summary>What the coordinator tells its worker processes: the name of its pipe.</summary>
    private const string WorksForOption = "--works-for";

    public int Processes { get; private init; } = Environment.ProcessorCount;

    public int? Workers { get; private init; }

    public string Database { get; private init; } = "hyperparameter-search.db";

    public string? Log { get; private init; }

    public int Grid { get; private init; } = 12;

    public bool Fresh { get; private init; }

    /// <summary>The pipe of the coordinator whose worker process this is; null where this is the coordinator.</summary>
    public string? WorksFor { get; private init; }

    /// <summary>The pipe of this coordinator, which no other has.</summary>
    public string Pipe { get; } = $"hyperparameter-search-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    public string Tag => $"ridge-{Grid}x{Grid}";

    public string LogFile => Log ?? Path.ChangeExtension(Database, ".log");

    public string ResultsFile => Path.ChangeExtension(Database, ".csv");

    public bool Help { get; private init; }

    /// <summary>Sets up the worker, wherever it runs.</summary>
    public void Configure(WorkerOptions worker)
    {
        worker.Tag = Tag;
        worker.Concurrency = Workers ?? (Processes == 0 ? Environment.ProcessorCount : 1);
    }

    /// <summary>The command line of a worker process.</summary>
    public IEnumerable<string> ForWorker() =>
        [WorksForOption, Pipe, "--grid", Number(Grid), .. Workers is { } workers ? ["--workers", Number(workers)] : Array.Empty<string>()];

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
                case "--processes" when IsNumber(value, from: 0, to: 1024, out var processes):
                    options = options with { Processes = processes };
                    i++;
                    break;
                case "--workers" when IsNumber(value, from: 1, to: 1024, out var workers):
                    options = options with { Workers = workers };
                    i++;
                    break;
                case "--grid" when IsNumber(value, from: 2, to: 100, out var grid):
                    options = options with { Grid = grid };
                    i++;
                    break;
                case "--db" when IsName(value):
                    options = options with { Database = value };
                    i++;
                    break;
                case "--log" when IsName(value):
                    options = options with { Log = value };
                    i++;
                    break;
                case WorksForOption when IsName(value):
                    options = options with { WorksFor = value };
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
                        "--processes" => $"--processes needs a whole number from 0 to 1024, not '{value}'.",
                        "--workers" => $"--workers needs a whole number from 1 to 1024, not '{value}'.",
                        "--grid" => $"--grid needs a whole number from 2 to 100, not '{value}'.",
                        "--db" or "--log" => $"{args[i]} needs the name of a file.",
                        var unknown => $"There is no option '{unknown}'.",
                    };
                    break;
            }
        }

        if (problem is null && new[] { options.Database, options.LogFile, options.ResultsFile }.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal).Count() < 3)
            problem = "The database, the log and the results (.csv beside the database) have to be three files.";
        return problem is null;
    }

    private static bool IsName(string text) => text.Length > 0 && !text.StartsWith("--", StringComparison.Ordinal);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool IsNumber(string text, int from, int to, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= from && number <= to;
}
