using System.CommandLine;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary>
/// A verb of the command. Constructing it has to be cheap, since every start of the program constructs all: options and arguments, nothing else.
/// </summary>
internal abstract class Verb : Command
{
    /// <param name="name">What is typed.</param>
    /// <param name="description">What it does, one line.</param>
    /// <param name="examples">Lines that can be pasted, shown below the help.</param>
    protected Verb(string name, string description, params string[] examples)
        : base(name, description)
    {
        Examples = examples;
        SetAction((parsed, _) => CommandLine.RunVerbAsync(this, parsed));
    }

    /// <summary>Lines that can be pasted, shown below the help.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>Does it, and answers the exit code. What goes wrong is thrown.</summary>
    public abstract Task<int> RunAsync(VerbContext context);
}
