namespace Pyremto.Tests.Cli;

/// <summary>What is asked for in a wrong way ends with 2 and one line on standard error that says what to do.</summary>
public sealed class WrongUseTests : IAsyncLifetime
{
    private readonly PyremtoShell _shell = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _shell.DisposeAsync();

    [Theory]
    [InlineData("tgs", "'tgs'")]
    [InlineData("tags --frob", "'--frob'")]
    [InlineData("watch", "--tag")]
    [InlineData("tags --url ftp://host", "https://host:5080")]
    [InlineData("tags --url http://a --pipe b", "--url and --pipe")]
    [InlineData("tags --pipe a/b", "a/b")]
    [InlineData("tags --url", "--url")]
    [InlineData("jobs --tag t --state asleep", "waiting, in_progress")]
    [InlineData("change --tag t", "--lease")]
    [InlineData("change --tag t --lease soon", "3h50m")]
    [InlineData("change --tag t --policy never", "when_lost")]
    [InlineData("cancel --tag t x", "'x'")]
    [InlineData("retry --tag t -- -1", "'-1'")]
    [InlineData("pause --tag t --password-file missing", "missing")]
    [InlineData("pause --tag t --password a --ask-password", "one way")]
    [InlineData("serve --store jobs.db", "sqlite:FILE")]
    [InlineData("serve --store postgres:Host=x", "no PostgreSQL")]
    [InlineData("serve --store sqlite:no/such/folder/jobs.db", "does not exist")]
    [InlineData("serve --urls nonsense", "'nonsense'")]
    [InlineData("serve --urls http://127.0.0.1:80800", "to 65535")]
    [InlineData("serve --urls http://127.0.0.1:-1", "to 65535")]
    [InlineData("serve --store memory --urls http://192.0.2.1:5080", "http://192.0.2.1:5080")]
    [InlineData("serve --store memory --urls https://127.0.0.1:0", "certificate")]
    [InlineData("run --grid x=1 --state s.db --page --urls http://127.0.0.1:80800 -- true", "to 65535")]
    [InlineData("run --grid x=1 --state s.db --page --urls http://192.0.2.1:5080 -- true", "http://192.0.2.1:5080")]
    [InlineData("run --grid lr=1 --grid depth=2 --state s.db -- echo {lrr}", "No job has the field 'lrr'")]
    [InlineData("jobs", "--tag")]
    [InlineData("jobs --state missing.db", "missing.db")]
    [InlineData("serve --pipe a/b", "a/b")]
    [InlineData("serve --public-url nonsense", "--public-url")]
    [InlineData("serve --config missing.json", "missing.json")]
    [InlineData("backup copy.db --store memory", "sqlite:FILE")]
    [InlineData("backup copy.db --store sqlite:missing.db", "missing.db")]
    [InlineData("completion tcsh", "bash, zsh, fish or pwsh")]
    [InlineData("run jobs.txt --format xml -- true", "jsonl, json or csv, not 'xml'")]
    [InlineData("run jobs.txt --format 0 -- true", "jsonl, json or csv")]
    [InlineData("run --grid x=1 -c many -- true", "'many' is no whole number for --concurrency")]
    [InlineData("run --grid x=1 -n 0 -- true", "at least 1")]
    [InlineData("run --grid x=1 --repetitions 1.5 -- true", "'1.5' is no whole number for --repetitions")]
    [InlineData("run --grid x=1 --max-failures -1 -- true", "at least 0")]
    [InlineData("run --grid x=1 -o r.csv --state r.csv -- true", "let the results go to another file")]
    [InlineData("run --grid x=1 --state . -- true", "--state FILE names another file")]
    [InlineData("work --tag t --max-jobs 0 -- true", "at least 1")]
    public async Task It_is_refused_with_2_and_one_line(string line, string named)
    {
        var end = await _shell.RunAsync(line.Split(' '));

        end.ExitCode.Should().Be(2, end.ToString());
        end.Output.Should().BeEmpty();
        end.ErrorLines.Should().ContainSingle().Which.Should().StartWith("pyremto: ").And.Contain(named)
            .And.NotContain("System.").And.NotContain("Pyremto.");
    }

    [Fact]
    public async Task Without_a_verb_the_help_is_shown_and_it_ends_with_2()
    {
        var end = await _shell.RunAsync();

        end.ExitCode.Should().Be(2);
        (end.Output + end.Errors).Should().ContainAll("serve", "submit", "Examples:");
    }
}
