using System.CommandLine;
using System.CommandLine.Invocation;
using Pyremto.Cli.Terminal;

namespace Pyremto.Cli.Verbs;

/// <summary>From a command line to a verb, and from what becomes of it to an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Runs the whole command.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var parsed = new PyremtoCommand().Parse(arguments);
        if (parsed.Action is ParseErrorAction)
            return await RefuseAsync(parsed);
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (IOException error)
        {
            // The help: verbs see to what they throw.
            await using var output = Output(parsed);
            return ErrorReport.Write(DataStream.Unwritable(error), output);
        }
    }

    /// <summary>Runs a verb between signals and output; what it throws becomes one line and an exit code.</summary>
    public static async Task<int> RunVerbAsync(Verb verb, ParseResult parsed)
    {
        await using var output = Output(parsed);
        using var interruption = new Interruption();
        try
        {
            return await verb.RunAsync(new VerbContext(parsed, output, interruption));
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (NobodyReadsException)
        {
            return ExitCode.Interrupted; // as other programs, which a signal ends here, without a word
        }
        catch (Exception error)
        {
            return ErrorReport.Write(error, output);
        }
    }

    private static async Task<int> RefuseAsync(ParseResult parsed)
    {
        await using var output = Output(parsed);
        var verb = parsed.CommandResult.Command is Verb known ? $"pyremto {known.Name}" : "pyremto";
        output.WriteError($"{parsed.Errors[0].Message} '{verb} --help' tells how it is used.");
        return ExitCode.WrongUse;
    }

    private static CommandOutput Output(ParseResult parsed)
    {
        var root = (PyremtoCommand)parsed.RootCommandResult.Command;
        return new CommandOutput(parsed.GetValue(root.Quiet), parsed.GetValue(root.Json), parsed.GetValue(root.Verbose));
    }
}
