using System.CommandLine;
using System.CommandLine.Parsing;
using Pyremto.Cli.Programs;
using Pyremto.Cli.Serving;
using Pyremto.Cli.Terminal;
using Pyremto.Cli.Verbs;

namespace Pyremto.Cli.Working;

/// <summary>The options of verbs that run a program on jobs, and the program itself: what stands after <c>--</c>.</summary>
internal sealed class ProgramOptions
{
    private const int MostSlots = 1024;
    private const int DefaultMaxFailures = 10;

    private readonly Option<int?> _concurrency = WholeNumbers.Option(
        ["--concurrency", "-c"], "How many jobs run at the same time. Default: the cores that this process may use, or the number of --gpus", most: MostSlots);

    private readonly Option<bool> _raw = new("--raw")
    {
        Description = "Take all that the program prints as the result: {\"stdout\": \"...\"}",
    };

    private readonly Option<TimeSpan?> _timeout = Durations.Option("--timeout", "How long the program may run on a job; then the attempt has failed");

    private readonly Option<TimeSpan?> _grace = Durations.Option(
        "--grace", "How long a program that is told to stop (SIGTERM) may go on before it is killed. Default: 10s");

    private readonly Option<string?> _gpus = new("--gpus")
    {
        Description = "GPUs to spread the jobs over: sets CUDA_VISIBLE_DEVICES, such as 0,1",
        HelpName = "LIST",
    };

    private readonly Option<string?> _logs = new("--logs")
    {
        Description = "A folder that keeps what the program printed on every job, not on failed ones alone",
        HelpName = "DIR",
    };

    private readonly Option<int?> _maxFailures = WholeNumbers.Option(
        ["--max-failures"], $"After how many failed jobs, none having succeeded, to stop; 0 for never. Default: {DefaultMaxFailures}", least: 0);

    private readonly Argument<string[]> _words = new("PROGRAM")
    {
        Description = "After --, the program and its arguments; {field} stands for a field of the job, {{ for a brace",
        Arity = ArgumentArity.ZeroOrMore,
        HelpName = "-- PROGRAM ARG...",
    };

    /// <summary>How many failed jobs, none having succeeded, stop the worker; 0 for never.</summary>
    public int MaxFailures(ParseResult parsed) => parsed.GetValue(_maxFailures) ?? DefaultMaxFailures;

    /// <summary>
    /// The words before <c>--</c> that are no options of ours. The parser, which does not know <c>--</c>, takes them for the program, a
    /// mistyped option among them.
    /// </summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="most">How many words the verb takes there.</param>
    /// <param name="tooMany">What to say of more.</param>
    /// <param name="first">The first word, where the parser gave it to another argument: of those before <c>--</c>, or of the
    /// program.</param>
    /// <exception cref="CommandException">There are more, or one is an option that does not exist.</exception>
    public IReadOnlyList<string> WordsBefore(ParseResult parsed, int most, string tooMany, string? first = null)
    {
        List<string> words = [.. first is null ? [] : (string[])[first], .. parsed.GetValue(_words) ?? []];
        var behind = WordsBehind(parsed).Count;
        words.RemoveRange(words.Count - behind, behind);
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i] is ['-', _, ..])
                throw CommandException.WrongUse($"There is no option '{words[i]}'. 'pyremto {parsed.CommandResult.Command.Name} --help' lists them.");
            if (i >= most)
                throw CommandException.WrongUse(tooMany);
        }
        return words;
    }

    /// <summary>Gives a verb these options. The program becomes its last argument, so add others before.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_concurrency, _raw, _timeout, _grace, _gpus, _logs, _maxFailures])
            command.Options.Add(option);
        command.Arguments.Add(_words);
    }

    /// <summary>What was chosen.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="failedFolder">Where the output of failed attempts is kept without <c>--logs</c>.</param>
    /// <exception cref="CommandException">It makes no sense, or there is no program.</exception>
    public ProgramSettings Read(ParseResult parsed, string? failedFolder)
    {
        var gpus = Gpus(parsed.GetValue(_gpus));
        var concurrency = parsed.GetValue(_concurrency) ?? Math.Min(gpus.Length > 0 ? gpus.Length : Environment.ProcessorCount, MostSlots);
        if (parsed.GetValue(_timeout) is { } timeout && timeout <= TimeSpan.Zero)
            throw CommandException.WrongUse("--timeout has to be more than 0; leave it out for no limit.");
        var settings = new ProgramSettings
        {
            Line = Line(parsed),
            Concurrency = concurrency,
            Raw = parsed.GetValue(_raw),
            Timeout = parsed.GetValue(_timeout),
            Gpus = gpus,
            LogsFolder = parsed.GetValue(_logs) is { } logs ? Path.GetFullPath(logs) : null,
            FailedFolder = failedFolder,
            FilesFolder = Path.Combine(StateDirectory.Path, "running"),
        };
        return parsed.GetValue(_grace) is { } grace ? settings with { Grace = Grace(grace) } : settings;
    }

    /// <summary>What to say where the program does not stand behind <c>--</c>.</summary>
    public static string SayWhich(ParseResult parsed) =>
        $"Say after -- which program to run, as in: pyremto {parsed.CommandResult.Command.Name} ... -- python3 train.py --lr {{lr}}";

    /// <summary>The words after <c>--</c>. They are taken as they are: no word of them is an option of ours.</summary>
    private static ProgramLine Line(ParseResult parsed)
    {
        var words = WordsBehind(parsed);
        if (words.Count == 0)
            throw CommandException.WrongUse(SayWhich(parsed));
        try
        {
            return ProgramLine.Parse(words);
        }
        catch (ProgramLineException error)
        {
            throw CommandException.WrongUse(error.Message, error);
        }
    }

    private static List<string> WordsBehind(ParseResult parsed) =>
        [.. parsed.Tokens.SkipWhile(static token => token.Type != TokenType.DoubleDash).Skip(1).Select(static token => token.Value)];

    private static TimeSpan Grace(TimeSpan grace) => grace <= TimeSpan.FromHours(12)
        ? grace
        : throw CommandException.WrongUse("--grace goes up to 12h.");

    private static string[] Gpus(string? list)
    {
        if (list is null)
            return [];
        var gpus = list.Split(',', StringSplitOptions.TrimEntries);
        return gpus.Contains("", StringComparer.Ordinal)
            ? throw CommandException.WrongUse($"'{list}' is no list of GPUs for --gpus; write it like 0,1.")
            : gpus;
    }
}
