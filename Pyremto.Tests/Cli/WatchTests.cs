using System.Text.Json;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Cli;

/// <summary><c>pyremto watch</c> in a pipe and in a terminal.</summary>
public sealed class WatchTests : IAsyncLifetime
{
    private readonly PyremtoShell _shell = new();

    public async Task InitializeAsync()
    {
        await _shell.ServeAsync("--store", "memory");
        (await _shell.FeedAsync("{\"x\":0}\n{\"x\":1}\n", "submit", "-", "--tag", "svr", "-n", "1")).ExitCode.Should().Be(0);
    }

    public async Task DisposeAsync() => await _shell.DisposeAsync();

    [Fact]
    public async Task In_a_pipe_it_prints_a_line_a_change_without_colours_and_ends_with_the_work()
    {
        using var work = new CliWork(_shell, "svr");
        var watch = _shell.Start("watch", "--tag", "svr");
        await watch.WaitForOutputAsync("svr: 0 of 2 done");
        await work.DoneAsync(await work.TakeAsync(), "{}");
        await watch.WaitForOutputAsync("svr: 1 of 2 done");
        await work.FailAsync(await work.TakeAsync(), "broken");

        var end = await watch.WaitAsync();

        end.ExitCode.Should().Be(1, end.ToString());
        end.OutputLines[^1].Should().MatchRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} svr: 1 of 2 done, 1 failed$");
        end.Output.Should().NotContain("\u001b");
        end.OutputLines.Select(line => line[20..]).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task While_nobody_works_it_says_so_and_how_to_start_a_worker()
    {
        var watch = _shell.Start("watch", "--tag", "svr");

        (await watch.WaitForOutputAsync("\n")).Should().MatchRegex("0 of 2 done, no worker is working since [0-9-]{10} [0-9:]{8}; 'pyremto work --tag svr' starts one\n$");
    }

    [Fact]
    public async Task Json_is_one_value_a_line()
    {
        using var work = new CliWork(_shell, "svr");
        await work.DoneAsync(await work.TakeAsync(), "{}");
        await work.DoneAsync(await work.TakeAsync(), "{}");

        var end = await _shell.RunAsync("watch", "--tag", "svr", "--json");

        end.ExitCode.Should().Be(0, end.ToString());
        using var progress = JsonDocument.Parse(end.OutputLines[^1]);
        progress.RootElement.GetProperty("done").GetInt32().Should().Be(2);
        progress.RootElement.GetProperty("state").GetString().Should().Be("done");
    }

    [SkippableTheory]
    [InlineData(80)]
    [InlineData(40)]
    public async Task In_a_terminal_it_draws_a_bar_that_fits(int columns)
    {
        using var work = new CliWork(_shell, "svr");
        var watch = _shell.StartInTerminal(columns, ["watch", "--tag", "svr"]);
        await watch.WaitForOutputAsync("0 of 2 done");
        await work.DoneAsync(await work.TakeAsync(), "{}");
        await watch.WaitForOutputAsync("1 of 2 done");
        await work.DoneAsync(await work.TakeAsync(), "{}");

        var end = await watch.WaitAsync();

        end.ExitCode.Should().Be(0, end.ToString());
        end.Output.Should().ContainAll("\u001b[", "━", "100%");
        Screen.Of(end.Output).Should().OnlyContain(line => line.Length < columns).And.Contain(line => line.EndsWith("100%", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Without_colours_wanted_it_draws_without()
    {
        _shell.Environment["NO_COLOR"] = "1";
        var watch = _shell.StartInTerminal(80, ["watch", "--tag", "svr"]);
        await watch.WaitForOutputAsync("0 of 2 done");
        await _shell.RunAsync("cancel", "--tag", "svr");

        var end = await watch.WaitAsync();

        end.Output.Should().Contain("2 cancelled").And.NotMatchRegex("\u001b\\[[0-9;]*m");
    }

    [SkippableFact]
    public async Task Ctrl_C_ends_it_with_130_and_the_cursor_is_seen_again()
    {
        var watch = _shell.StartInTerminal(80, ["watch", "--tag", "svr"]);
        await watch.WaitForOutputAsync("0 of 2 done");
        await watch.TypeAsync("\u0003");

        var end = await watch.WaitAsync();

        end.ExitCode.Should().Be(130, end.ToString());
        Screen.Left(end.Output, 80).Should().NotContain("0 of 2 done", "what is not watched any more would be told for ever");
        end.Output.LastIndexOf("\u001b[?25h", StringComparison.Ordinal).Should().BeGreaterThan(end.Output.LastIndexOf("\u001b[?25l", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_goes_on_when_its_coordinator_comes_back()
    {
        var serve = await _shell.ServeAtAsync(KeptPorts.NewUrl(), "--store", "sqlite:jobs.db");
        (await _shell.FeedAsync("{\"x\":0}\n", "submit", "-", "--tag", "later")).ExitCode.Should().Be(0);
        var watch = _shell.Start("watch", "--tag", "later");
        await watch.WaitForOutputAsync("0 of 1 done");
        await serve.SignalAsync("KILL");
        await watch.WaitForErrorsAsync("Waiting until it answers again");

        await _shell.ServeAtAsync(_shell.Environment["PYREMTO_URL"]!, "--store", "sqlite:jobs.db");
        (await _shell.RunAsync("cancel", "--tag", "later")).ExitCode.Should().Be(0);

        (await watch.WaitAsync()).ExitCode.Should().Be(0);
    }
}
