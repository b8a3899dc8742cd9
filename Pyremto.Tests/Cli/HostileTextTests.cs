using System.Diagnostics;

namespace Pyremto.Tests.Cli;

/// <summary>Text from strangers steers no terminal and no shell.</summary>
public sealed class HostileTextTests : IAsyncLifetime
{
    private readonly PyremtoShell _shell = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _shell.DisposeAsync();

    [SkippableFact]
    public async Task Results_at_a_terminal_hold_no_control_characters_and_are_the_same_JSON()
    {
        _shell.Write("jobs.jsonl", "{\"x\":1}\n");
        _shell.Write("work.sh", "printf '{\"y\":\"\\302\\2331m\\177\\302\\261\"}\\n'\n");

        var screen = await _shell.StartInTerminal(200, "exec \"$PYREMTO\" run jobs.jsonl -- sh work.sh 2>/dev/null").WaitAsync();
        var piped = await _shell.RunAsync("run", "jobs.jsonl", "--", "sh", "work.sh");

        screen.Output.Should().Contain("\"result\":{\"y\":\"\\u009b1m\\u007f±\"}");
        piped.Output.Should().Contain("\"result\":{\"y\":\"\u009b1m\u007f±\"}", "who reads it from a pipe gets it as it came (S13)");
    }

    [Theory]
    [InlineData("a;b$(id)`id`")]
    [InlineData("it's")]
    [InlineData("{a,b}")]
    [InlineData("{1..3}")]
    [InlineData("*")]
    [InlineData("plain-name_1.2")]
    [InlineData("größer")]
    public async Task The_line_to_paste_names_the_tag_whatever_it_is_called(string tag)
    {
        var serve = await _shell.ServeAsync("--store", "memory");
        var end = await _shell.FeedAsync("{\"x\":1}\n", "submit", "-", "--tag", tag);
        end.ExitCode.Should().Be(0, end.ToString());

        var line = end.ErrorLines.Single(static line => line.StartsWith("  pyremto work --tag ", StringComparison.Ordinal));

        (await WordsAsync(line)).Skip(3).First().Should().Be(tag);
        var watched = await _shell.RunAsync("tags", "--json");
        watched.ExitCode.Should().Be(0, watched.ToString());
        await serve.SignalAsync("TERM");
    }

    /// <summary>The words of a line as a shell finds them.</summary>
    private static async Task<string[]> WordsAsync(string line)
    {
        using var bash = Process.Start(
            new ProcessStartInfo("/bin/bash", ["-c", $"printf '%s\\n' {line.Trim()}"]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        return (await bash.StandardOutput.ReadToEndAsync()).Split('\n');
    }
}
