using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Pyremto.Cli.Programs;

/// <summary>Words a failed attempt for who reads the job's error: what happened, where, and what the program said last.</summary>
internal sealed class FailureReport(ProgramSettings settings)
{
    private const int MostOfError = 16 << 10;
    private const int MostOfOutput = 2 << 10;

    private string Program => $"'{settings.Line.Program}'";

    /// <summary>The program ended with another code than 0.</summary>
    public JobFailedException Exited(ProgramExit exit, SafeFileHandle error, SafeFileHandle output)
    {
        var how = exit.Signal != 0 ? $"{Program} was killed by {SignalName.Of(exit.Signal)} (exit code {exit.Code})"
            : exit.Code > 128 && SignalName.IsKnown(exit.Code - 128)
                ? $"{Program} ended with exit code {exit.Code}, as after {SignalName.Of(exit.Code - 128)},"
            : $"{Program} ended with exit code {exit.Code}";
        var why = exit.Code == 128 + Libc.SigKill ? " If nobody killed it, the machine may have had no memory left." : "";
        return new JobFailedException($"{how} on {Environment.MachineName}.{why}{LastWords(error, output)}") { ExitCode = exit.Code };
    }

    /// <summary>The program was stopped because it took too long.</summary>
    public JobFailedException TimedOut(SafeFileHandle error, SafeFileHandle output) =>
        new($"{Program} was stopped on {Environment.MachineName}: it took longer than its time limit of "
            + $"{settings.Timeout!.Value.TotalSeconds:0.###} s.{LastWords(error, output)}");

    /// <summary>The program ended with 0 and left no result.</summary>
    public JobFailedException NoResult(JobFailedException problem) =>
        new($"{problem.Message} ({Program} on {Environment.MachineName}, exit code 0)") { ExitCode = 0 };

    /// <summary>Says at the end of the first line what became of the output.</summary>
    public static JobFailedException WithOutput(JobFailedException failure, string output)
    {
        if (output.Length == 0)
            return failure;
        var newline = failure.Message.IndexOf('\n', StringComparison.Ordinal);
        var first = newline < 0 ? failure.Message : failure.Message[..newline];
        var rest = newline < 0 ? "" : failure.Message[newline..];
        return new JobFailedException($"{first}{output}{rest}") { ExitCode = failure.ExitCode };
    }

    private static string LastWords(SafeFileHandle error, SafeFileHandle output)
    {
        var words = OutputTail.Read(error, MostOfError);
        if (words.Length > 0)
            return new StringBuilder().Append('\n').Append(words).ToString();
        words = OutputTail.Read(output, MostOfOutput);
        return words.Length > 0 ? $" It wrote nothing to stderr; the end of its stdout:\n{words}" : " It wrote nothing.";
    }
}
