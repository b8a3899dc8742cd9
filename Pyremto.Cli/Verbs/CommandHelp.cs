using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary>The help of the command and its verbs, with examples below it.</summary>
internal sealed class CommandHelp : SynchronousCommandLineAction
{
    private static readonly string[] RootExamples =
    [
        "pyremto run grid.jsonl -c 4 -o results.csv -- python3 train.py --lr {lr}",
        "pyremto submit grid.jsonl --tag search",
        "pyremto work --tag search -- python3 train.py --lr {lr}",
    ];

    public override int Invoke(ParseResult parseResult)
    {
        new HelpAction().Invoke(parseResult);
        var examples = parseResult.CommandResult.Command is Verb verb ? verb.Examples : RootExamples;
        var output = parseResult.InvocationConfiguration.Output;
        if (examples.Count > 0)
            output.WriteLine($"Examples:\n  {string.Join("\n  ", examples)}");
        return ExitCode.Done;
    }

    /// <summary>Shows the help to who said too little.</summary>
    public static int ShowForWrongUse(ParseResult parsed)
    {
        new CommandHelp().Invoke(parsed);
        return ExitCode.WrongUse;
    }
}
