namespace Pyremto.Tests.Cli;

/// <summary>Help and shell completion.</summary>
public sealed class HelpTests : IAsyncLifetime
{
    private readonly PyremtoShell _shell = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _shell.DisposeAsync();

    public static TheoryData<string> Verbs { get; } = [.. VerbNames];

    private static string[] VerbNames =>
    [
        "serve", "submit", "work", "watch", "wait", "results", "jobs", "retry", "cancel", "pause", "resume", "change", "delete", "qr", "rotate", "tags",
        "backup", "completion",
    ];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Every_verb_has_help_with_an_example_of_its_own(string verb)
    {
        var one = await _shell.RunAsync(verb, "--help");

        one.ExitCode.Should().Be(0, one.ToString());
        one.OutputLines.SkipWhile(line => line != "Examples:").Skip(1).Should().NotBeEmpty().And.Contain(line => line.Contains($"pyremto {verb}", StringComparison.Ordinal));
        one.Output.Should().Contain("--json");
    }

    [Fact]
    public async Task Every_verb_is_listed()
    {
        var all = await _shell.RunAsync("--help");

        all.ExitCode.Should().Be(0);
        foreach (var verb in VerbNames)
            all.OutputLines.Should().Contain(line => line.TrimStart().StartsWith(verb, StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData(80)]
    [InlineData(40)]
    public async Task Help_fits_the_terminal(int columns)
    {
        var help = await _shell.StartInTerminal(columns, ["watch", "--help"]).WaitAsync();

        var description = Screen.Of(help.Output).TakeWhile(line => line != "Examples:");
        description.Should().HaveCountGreaterThan(10).And.OnlyContain(line => line.Length <= columns);
    }

    [SkippableFact]
    public async Task Bash_completes_verbs_options_and_values_by_the_script_alone()
    {
        Skip.IfNot(File.Exists("/bin/bash"), "There is no bash here.");
        _shell.Environment["PATH"] = $"{AppContext.BaseDirectory}:/usr/bin:/bin";
        _shell.Write("complete.sh", """
            set -eu
            eval "$(pyremto completion bash)"
            try() {
                COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
                COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
                _pyremto pyremto
                echo "${COMPREPLY[*]}"
            }
            try pyremto wa
            try pyremto watch --ta
            try pyremto jobs --tag t --state ex
            try pyremto completion ""
            try pyremto jobs --tag t --state ""
            try pyremto change --policy ""
            try pyremto submit --format ""
            """);

        var end = await _shell.StartInTerminal(80, "/bin/bash complete.sh").WaitAsync();

        end.ExitCode.Should().Be(0, end.ToString());
        Screen.Of(end.Output).Should().HaveCount(7);
        Screen.Of(end.Output)[0].Split(' ').Should().BeEquivalentTo("wait", "watch");
        Screen.Of(end.Output)[1].Should().Be("--tag");
        Screen.Of(end.Output)[2].Should().Be("exhausted");
        Screen.Of(end.Output)[3].Split(' ').Should().Contain(["bash", "fish", "pwsh", "zsh"]);
        Screen.Of(end.Output)[4].Should().Be("cancelled done exhausted in_progress waiting");
        Screen.Of(end.Output)[5].Should().Be("when_idle when_lost");
        Screen.Of(end.Output)[6].Should().Be("csv json jsonl");
    }

    [Theory]
    [InlineData("zsh", "compdef _pyremto pyremto")]
    [InlineData("fish", "complete -c pyremto")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Other_shells_have_scripts_too(string shell, string holds)
    {
        var end = await _shell.RunAsync("completion", shell);

        end.ExitCode.Should().Be(0, end.ToString());
        end.Output.Should().Contain(holds);
    }
}
