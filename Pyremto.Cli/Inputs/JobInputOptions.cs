using System.CommandLine;
using Pyremto.Cli.Terminal;

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

    public Option<InputFormat?> Format { get; } = new("--format")
    {
        HelpName = "jsonl|json|csv",
        Description = "What the input is written in; by default its ending says so, or its first character.",
    };

    public Option<int> Repetitions { get; } = new("--repetitions")
    {
        HelpName = "K",
        Description = "Runs every job K times, to average over chance; a program knows which time it is by PYREMTO_REPETITION (0, 1 …).",
        DefaultValueFactory = static _ => 1,
    };

    public void AddTo(Command command)
    {
        command.Options.Add(Grid);
        command.Options.Add(Format);
        command.Options.Add(Repetitions);
        Repetitions.Validators.Add(static result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var repetitions) && repetitions < 1)
                result.AddError("--repetitions has to be at least 1.");
        });
    }

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
