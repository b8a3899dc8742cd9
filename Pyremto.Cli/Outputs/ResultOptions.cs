using System.CommandLine;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Outputs;

/// <summary>The option that says where results go, for all verbs that write results.</summary>
internal sealed class ResultOptions
{
    public Option<string?> Output { get; } = new("--output", "-o")
    {
        HelpName = "FILE",
        Description = "Where the results go: .jsonl, .json or .csv, by the ending; by default JSON lines on standard output",
    };

    public void AddTo(Command command) => command.Options.Add(Output);

    /// <summary>Where the results go.</summary>
    /// <exception cref="InvalidRequestException">There is no format of the file's ending.</exception>
    public IResultTarget Choose(ParseResult parsed, CommandOutput output) =>
        parsed.GetValue(Output) is { } path ? new ResultFile(path, ResultWriters.ForFile(path)) : new PrintedResults(output, ResultWriters.ForFile(".jsonl"));
}
