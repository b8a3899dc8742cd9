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
        using var deadline = new CancellationTokenSource(Deadline);
        using var terminal = Start("--grid 4");
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

    [SkippableFact]
    public async Task Ctrl_C_in_a_terminal_reaches_all_processes_and_ends_them_in_order()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var terminal = Start("--grid 40 --processes 2");
        try
        {
            var log = new SearchLog(_directory.File("hyperparameter-search.log"));
            await log.WaitForWorkersAsync(2, deadline.Token);
            await terminal.StandardInput.WriteAsync("\u0003");
            await terminal.StandardInput.FlushAsync(deadline.Token);
            var output = await terminal.StandardOutput.ReadToEndAsync(deadline.Token);
            await terminal.WaitForExitAsync(deadline.Token);

            terminal.ExitCode.Should().Be(130, output);
            output.Should().Contain("Interrupted.").And.NotContain("died");
            log.Processes().Should().HaveCount(2).And.NotContain(process => SearchLog.IsAlive(process));
        }
        finally
        {
            if (!terminal.HasExited)
                terminal.Kill(entireProcessTree: true);
        }
    }

    private Process Start(string arguments)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Find("script") is not null, "There is no 'script' of util-linux here to play a terminal.");
        return Process.Start(new ProcessStartInfo(Find("script")!)
        {
            WorkingDirectory = _directory.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment = { ["TERM"] = "xterm", ["LC_ALL"] = "C.UTF-8", ["SHELL"] = "/bin/sh" },
            ArgumentList = { "-qec", $"exec dotnet '{Path.Combine(AppContext.BaseDirectory, "HyperparameterSearch.dll")}' {arguments}", "/dev/null" },
        })!;
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
