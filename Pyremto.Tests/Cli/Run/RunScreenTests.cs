using System.Text.RegularExpressions;

namespace Pyremto.Tests.Cli.Run;

/// <summary>What a person sees of a run, in a terminal and in a log.</summary>
public sealed partial class RunScreenTests : IAsyncLifetime
{
    private readonly RunFolder _folder = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _folder.DisposeAsync();

    [SkippableTheory]
    [InlineData(80)]
    [InlineData(40)]
    public async Task In_a_terminal_a_bar_grows_that_fits_it(int columns)
    {
        _folder.Touch("fail-3");

        var run = _folder.Shell.StartInTerminal(columns, RunFolder.Run("-o", "r.csv"));
        var end = await run.WaitAsync();

        end.ExitCode.Should().Be(1, $"{end}");
        end.Output.Should().ContainAll("━━━━", "90%", "9 of 10", "1 failed", "no luck today");
        var bars = Steering().Replace(end.Output, "").Split('\n', '\r').Where(line => line.Contains('━', StringComparison.Ordinal));
        bars.Should().NotBeEmpty().And.OnlyContain(line => line.Length <= columns);
    }

    [SkippableFact]
    public async Task In_a_terminal_lines_above_the_bar_and_the_bar_do_not_wait_for_each_other()
    {
        var busy = _folder.Shell.StartInTerminal(
            80, $"'{Environment.ProcessPath}' '{typeof(BusyDisplay).Assembly.Location}' {BusyDisplay.Verb} 5000");
        var end = await busy.WaitAsync();

        end.ExitCode.Should().Be(0, $"{end}");
        end.Output.Should().ContainAll("line 5000", "5000 of 5000 done", "100%");
    }

    [Fact]
    public async Task In_a_pipe_there_are_lines_without_colours_and_few_of_them()
    {
        _folder.Shell.Environment["FORCE_COLOR"] = "1";

        var end = await _folder.RunAsync();

        end.Errors.Should().NotContain("\u001b").And.NotContain("━");
        end.ErrorLines.Should().HaveCountLessThan(8);
    }

    [GeneratedRegex("\u001b\\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Steering();
}
