using Pyremto.Tests.Cli.Work;

namespace Pyremto.Tests.Cli.Run;

/// <summary>The files of a run: jobs, state and results never take each other's place, and may lie on a disk that is full.</summary>
public sealed class RunFilesTests : IAsyncLifetime
{
    private const string Jobs = "{\"h\":1}\n{\"h\":2}\n";
    private const string Program = "-- sh -c 'echo $PYREMTO_JOB'";
    private const string FillDisk = "head -c 2M /dev/zero > disk/filled 2> /dev/null";

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

    [SkippableTheory]
    [InlineData("--state disk/s.db -o z.jsonl")]
    [InlineData("--state s.db -o disk/z.jsonl")]
    [InlineData("--state disk/s.db -o disk/z.jsonl")]
    public async Task On_a_full_disk_it_ends_with_75_before_anything_is_run(string files)
    {
        var end = await OnSmallDiskAsync($"{{ {FillDisk}; exec $PYREMTO run --grid z=1..4 {files} {Program}; }}");

        end.ExitCode.Should().Be(75, end.ToString());
        end.ErrorLines.Should().ContainSingle().Which.Should().Contain("full", "it says what is wrong").And.NotContain("Another run");
    }

    [SkippableFact]
    public async Task Where_the_disk_fills_meanwhile_it_tells_what_was_done_and_the_same_line_writes_the_results_later()
    {
        var run = $"$PYREMTO run --grid z=1..3 --state s.db -o disk/z.jsonl -- sh -c '{FillDisk}; echo $PYREMTO_JOB'";

        var end = await OnSmallDiskAsync($"{{ {run}; echo code $?; rm disk/filled; {run}; echo code $?; wc -l < disk/z.jsonl; }}");

        end.OutputLines.Select(static word => word.Trim()).Should().Equal(["code 75", "code 0", "3"], end.ToString());
        end.ErrorLines.Should().Contain("3 of 3 jobs done.")
            .And.Contain("3 of 3 jobs done before, so nothing was run. Results: disk/z.jsonl");
    }

    [SkippableFact]
    public async Task What_a_coordinator_with_a_full_disk_cannot_keep_ends_with_75_and_words_for_a_person()
    {
        var verbs = new[] { "submit --grid a=1..2000 --tag u", "cancel --tag t", "pause --tag t", "delete --tag t --yes" };
        var end = await OnSmallDiskAsync($$"""
            {
                $PYREMTO serve --json --urls http://localhost:0 --store sqlite:disk/j.db > served & serve=$!
                until grep -q urls served; do sleep 0.05; done
                export PYREMTO_URL=$(sed 's/.*"urls":\["\([^"]*\)".*/\1/' served)
                $PYREMTO submit --grid a=1..3 --tag t > submitted
                {{FillDisk}}
                {{string.Join("\n", verbs.Select(static verb => $"$PYREMTO {verb}; echo code $?"))}}
                kill $serve; wait $serve
            }
            """);

        end.OutputLines.Should().Equal(Enumerable.Repeat("code 75", verbs.Length), end.ToString());
        end.ErrorLines.Where(static line => line.StartsWith("pyremto: The store could not keep the change", StringComparison.Ordinal))
            .Should().HaveCount(verbs.Length).And.OnlyContain(static line => !line.Contains("request id", StringComparison.Ordinal));
    }

    private async Task<PyremtoEnd> OnSmallDiskAsync(string line)
    {
        SmallDisk.SkipWhereImpossible();
        return await SmallDisk.Start(_shell, line).WaitAsync();
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
