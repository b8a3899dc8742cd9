using System.Diagnostics;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Samples;

/// <summary>The sample in a terminal, which <c>script</c> of util-linux plays.</summary>
public sealed class TerminalTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [SkippableFact]
    public async Task In_a_terminal_a_bar_is_drawn_and_the_search_ends_with_0()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Find("script") is not null, "There is no 'script' of util-linux here to play a terminal.");
        var start = new ProcessStartInfo(Find("script")!)
        {
            WorkingDirectory = _directory.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment = { ["TERM"] = "xterm", ["LC_ALL"] = "C.UTF-8" },
            ArgumentList = { "-qec", $"dotnet '{Path.Combine(AppContext.BaseDirectory, "HyperparameterSearch.dll")}' --grid 4", "/dev/null" },
        };
        using var deadline = new CancellationTokenSource(Deadline);
        using var terminal = Process.Start(start)!;
        try
        {
            var output = await terminal.StandardOutput.ReadToEndAsync(deadline.Token);
            await terminal.WaitForExitAsync(deadline.Token);

            terminal.ExitCode.Should().Be(0, output);
            output.Should().ContainAll("\u001b[", "━━━━", "16 of 16 done", "100%", "Best:");
        }
        finally
        {
            if (!terminal.HasExited)
                terminal.Kill(entireProcessTree: true);
        }
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
