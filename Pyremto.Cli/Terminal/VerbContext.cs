using System.CommandLine;

namespace Pyremto.Cli.Terminal;

/// <summary>What a verb has while it runs.</summary>
/// <param name="Parsed">The command line.</param>
/// <param name="Output">What it writes to.</param>
/// <param name="Interruption">Signals, for verbs that end in steps.</param>
internal sealed record VerbContext(ParseResult Parsed, CommandOutput Output, Interruption Interruption)
{
    /// <summary>Fires when the verb is to end, at the first Ctrl-C or SIGTERM.</summary>
    public CancellationToken Stopped => Interruption.Token;
}
