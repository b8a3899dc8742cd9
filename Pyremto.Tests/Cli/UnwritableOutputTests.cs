using System.Globalization;
using Pyremto.Tests.Cli.Programs;

namespace Pyremto.Tests.Cli;

/// <summary>A terminal that was closed, and disks that are full.</summary>
public sealed class UnwritableOutputTests : IAsyncLifetime
{
    private readonly PyremtoShell _shell = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _shell.DisposeAsync();

    [SkippableFact]
    public async Task When_its_terminal_is_closed_a_run_tells_its_programs_and_waits_for_them()
    {
        _shell.Write("job.sh", "trap 'sleep 0.1; echo > told; exit 1' TERM; echo $PPID > started; while :; do sleep 0.02; done");
        var terminal = _shell.StartInTerminal(80, ["run", "--grid", "x=1", "--state", "s.db", "-c", "1", "--", "sh", "job.sh"]);
        var run = 0;
        await ProgramUnderTest.UntilAsync(
            () => IsThere("started") && int.TryParse(File.ReadAllText(_shell.Directory.File("started")), CultureInfo.InvariantCulture, out run), "the program starts");

        await terminal.SignalAsync("KILL"); // with who plays the terminal, the terminal is gone

        await ProgramUnderTest.UntilAsync(() => IsThere("told"), "the program is told to stop and not killed");
        await ProgramUnderTest.UntilGoneAsync(run); // it writes to its folder until then
    }

    [SkippableFact]
    public async Task Words_that_cannot_be_written_change_nothing()
    {
        var end = await RunAsync("$PYREMTO run --grid x=1..3 --state s.db --raw -o r.csv -- sh -c 'test $1 != 2' - {x} 2>/dev/full");

        end.Should().EndWith("code 1");
        (await File.ReadAllLinesAsync(_shell.Directory.File("r.csv"))).Should().HaveCount(3, "there are a header and two results");
    }

    [SkippableTheory]
    [InlineData("run --grid x=1 --state s.db --raw -- echo")]
    [InlineData("--help")]
    public async Task Data_that_cannot_be_written_ends_with_2_and_a_line(string line)
    {
        var end = await RunAsync($"$PYREMTO {line} >/dev/full");

        end.Should().Contain("pyremto: Standard output cannot be written: No space left on device").And.EndWith("code 2");
    }

    [SkippableFact]
    public async Task Where_nobody_reads_the_data_any_more_it_ends()
    {
        var end = await RunAsync(
            "($PYREMTO run --grid x=1..20 --state s.db --raw -q -- sh -c 'head -c 20000 /dev/zero | tr \\\\0 a'; echo code $? >&2) | head -c 1");

        end.Should().Contain("code 130");
    }

    private async Task<string> RunAsync(string line) => (await _shell.StartInTerminal(120, $"{line}; echo code $?").WaitAsync()).Output.Trim();

    private bool IsThere(string name) => File.Exists(_shell.Directory.File(name));
}
