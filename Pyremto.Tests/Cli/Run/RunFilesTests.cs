namespace Pyremto.Tests.Cli.Run;

/// <summary>The files of a run: its jobs, its state and its results never take each other's place.</summary>
public sealed class RunFilesTests : IAsyncLifetime
{
    private const string Jobs = "{\"h\":1}\n{\"h\":2}\n";

    private readonly PyremtoShell _shell = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _shell.DisposeAsync();

    [SkippableTheory]
    [InlineData("data/h.jsonl", "link/h.jsonl")]
    [InlineData("link/h.jsonl", "data/h.jsonl")]
    [InlineData("data/h.jsonl", "near.jsonl")]
    [InlineData("data/h.jsonl", "data/far.jsonl")]
    [InlineData("near.jsonl", "data/far.jsonl")]
    public async Task No_results_take_the_place_of_the_jobs_whatever_links_lead_there(string jobs, string results)
    {
        MakeLinks();
        _shell.Write("data/h.jsonl", Jobs);

        var end = await _shell.RunAsync("run", jobs, "--state", "s.db", "-o", results, "--", "sh", "-c", "echo $PYREMTO_JOB");

        end.ExitCode.Should().Be(2, end.ToString());
        end.ErrorLines.Should().ContainSingle().Which.Should().Contain("has the jobs");
        (await File.ReadAllTextAsync(_shell.Directory.File("data/h.jsonl"))).Should().Be(Jobs);
    }

    [SkippableTheory]
    [InlineData("data/h.jsonl", "link/h.jsonl")]
    [InlineData("near.jsonl", "data/h.jsonl")]
    public async Task No_results_take_the_place_of_the_state_whatever_links_lead_there(string state, string results)
    {
        MakeLinks();

        var end = await _shell.RunAsync("run", "--grid", "z=1..3", "--state", state, "-o", results, "--", "true");

        end.ExitCode.Should().Be(2, end.ToString());
        end.ErrorLines.Should().ContainSingle().Which.Should().Contain("is where the jobs are kept");
    }

    /// <summary>A folder <c>data</c>, a link to it, and links that lead to <c>data/h.jsonl</c>: straight, and through the linked
    /// folder.</summary>
    private void MakeLinks()
    {
        Skip.If(OperatingSystem.IsWindows(), "Not every user of Windows may make links.");
        Directory.CreateDirectory(_shell.Directory.File("data"));
        Directory.CreateSymbolicLink(_shell.Directory.File("link"), "data");
        File.CreateSymbolicLink(_shell.Directory.File("near.jsonl"), "data/h.jsonl");
        File.CreateSymbolicLink(_shell.Directory.File("data/far.jsonl"), "../link/../link/h.jsonl");
    }
}
