using System.CommandLine;
using Pyremto.Cli.Terminal;
using Pyremto.Cli.Verbs;

namespace Pyremto.Cli.Inputs;

/// <summary>The options that say which jobs there are, for all verbs that take jobs.</summary>
internal sealed class JobInputOptions
{
    public Option<string[]> Grid { get; } = new("--grid")
    {
        HelpName = "FIELD=VALUES",
        Description = "Jobs without a file: lr=0.1,0.01 or depth=2..8 or x=0..1..0.25 or kind='[\"a\",\"b\"]'. Given more than once, "
            + "every combination is a job; the first varies slowest.",
    };

    public Option<InputFormat?> Format { get; } = Choices.Option(
        ["--format"], "What the input is written in; by default its ending says so, or its first character.", "jsonl|json|csv",
        ("jsonl", InputFormat.Jsonl), ("json", InputFormat.Json), ("csv", InputFormat.Csv));

    public Option<int?> Repetitions { get; } = WholeNumbers.Option(
        ["--repetitions"], "Runs every job K times, to average over chance; a program knows which time it is by PYREMTO_REPETITION (0, 1 …). Default: 1", "K");

    public void AddTo(Command command)
    {
        command.Options.Add(Grid);
        command.Options.Add(Format);
        command.Options.Add(Repetitions);
    }

    /// <summary>How many jobs are made of each description (S18).</summary>
    public int RepetitionsOf(ParseResult parsed) => parsed.GetValue(Repetitions) ?? 1;

    /// <summary>Where the jobs come from.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="file">The argument FILE; null where there is none.</param>
    /// <exception cref="CommandException">There is neither file nor grid, or there are both, or the grid is not written well.</exception>
    public IJobInput Choose(ParseResult parsed, string? file)
    {
        var axes = parsed.GetValue(Grid) ?? [];
        return (file, axes) switch
        {
            (null, []) => throw CommandException.WrongUse(
                "Which jobs? Give a file (.jsonl, .json or .csv), '-' for standard input, or --grid FIELD=VALUES."),
            (null, _) => new GridInput(axes),
            (_, []) => new FileInput(file, parsed.GetValue(Format)),
            _ => throw CommandException.WrongUse($"Jobs come from '{file}' or from --grid, not from both."),
        };
    }
}
