using Pyremto.Cli.Terminal;

namespace Pyremto.Tests.Cli;

/// <summary>A process that draws a bar and writes lines above it at the same time, more often than any run does.</summary>
internal static class BusyDisplay
{
    public const string Verb = "busy-display";

    /// <summary>Draws and writes that many times each.</summary>
    public static async Task RunAsync(int times)
    {
        await using var output = new CommandOutput(isQuiet: false, isJson: false, isVerbose: false);
        await ProgressDisplay.RunAsync(output, async show =>
        {
            await Task.WhenAll(
                Task.Run(() => Repeat(i => output.WriteProgress($"line {i}"))),
                Task.Run(() => Repeat(i => show(new TagProgress { Tag = "t", State = TagStatus.Running, Total = times, Done = i }))));
            return true;
        });

        void Repeat(Action<int> act)
        {
            for (var i = 1; i <= times; i++)
                act(i);
        }
    }
}
