using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Cli.Programs;

namespace Pyremto.Tests.Cli.Programs;

/// <summary>A process that runs a script on one job, there to be killed or to be measured.</summary>
internal static class ProgramVictim
{
    public const string Verb = "program-victim";

    /// <summary>Says what came of it, and then how much memory the process took at most, in KiB.</summary>
    public static async Task RunAsync(string script)
    {
        await using var handler = new ProgramHandler(
            new ProgramSettings { Line = ProgramLine.Parse(["sh", "-c", script.Replace("{", "{{").Replace("}", "}}")]) },
            TimeProvider.System,
            NullLogger<ProgramHandler>.Instance);
        try
        {
            await Console.Out.WriteLineAsync((await handler.RunAsync(JsonText.Parse("{}"), new JobContext(), CancellationToken.None)).ToString());
        }
        catch (JobFailedException failure)
        {
            await Console.Out.WriteLineAsync(failure.Message);
        }
        var peak = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        await Console.Out.WriteLineAsync(peak.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]);
    }

    public static Process Start(string script, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { typeof(ProgramVictim).Assembly.Location, Verb, script },
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
