namespace Pyremto.Tests.Cli.Run;

/// <summary>The same command after its input, its repetitions or its program have changed.</summary>
public sealed class RunChangedTests : IAsyncLifetime
{
    private readonly RunFolder _folder = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _folder.DisposeAsync();

    [Fact]
    public async Task Results_of_descriptions_that_are_equal_in_text_are_kept_and_the_rest_is_run()
    {
        await _folder.RunAsync();
        _folder.ForgetStarts();
        int[] changed = [12, 9, 3, 3, 0, 11];
        _folder.Jobs("jobs.jsonl", changed);

        var end = await _folder.RunAsync();

        end.ExitCode.Should().Be(0, $"{end}");
        RunFolder.Results(end.Output).Should().Equal(changed.Select((value, i) => (i, 0, value)));
        _folder.Starts.Select(start => (start.Value, start.JobId)).Should().BeEquivalentTo(
            [(12, 0), (3, 3), (11, 5)], "there is one result of 3 for two jobs, and a job has the id of its place in the input");
    }

    [Fact]
    public async Task Going_back_to_an_earlier_input_runs_nothing_again()
    {
        await _folder.RunAsync();
        _folder.Jobs("jobs.jsonl", [20, 4]);
        await _folder.RunAsync();
        _folder.ForgetStarts();
        _folder.Jobs("jobs.jsonl", Enumerable.Range(0, 10).Append(20));

        var end = await _folder.RunAsync("-o", "r.jsonl");

        end.ExitCode.Should().Be(0, $"{end}");
        _folder.Starts.Should().BeEmpty();
        RunFolder.Results(await File.ReadAllTextAsync(_folder.Path("r.jsonl"))).Select(result => result.Y)
            .Should().Equal(Enumerable.Range(0, 10).Append(20));
    }

    [Theory]
    [InlineData("jobs")]
    [InlineData("jobs-2")]
    [InlineData("jobs", "jobs-2")]
    public async Task What_a_fresh_run_that_was_killed_left_of_its_sets_gives_no_job_the_result_of_another(params string[] deleted)
    {
        var end = default(PyremtoEnd);
        int[][] inputs = [[0, 1, 2], [2, 1, 0, 7], [8, 7, 1, 9]];
        foreach (var input in inputs)
        {
            _folder.Jobs("jobs.jsonl", input);
            end = await _folder.RunAsync();
        }
        var serve = await _folder.Shell.ServeAsync("--store", "sqlite:jobs.jsonl.pyremto.db");
        foreach (var set in deleted)
            (await _folder.Shell.RunAsync("delete", "--tag", set, "--yes")).ExitCode.Should().Be(0);
        await serve.SignalAsync("TERM");
        await serve.WaitAsync();

        var again = await _folder.RunAsync();

        again.ExitCode.Should().Be(0, $"{again}");
        RunFolder.Results(again.Output).Should().Equal(RunFolder.Results(end!.Output));
    }

    [Fact]
    public async Task What_was_unfinished_when_the_input_changed_is_run_once()
    {
        _folder.Touch("fail-3");
        await _folder.RunAsync("-n", "1");
        _folder.Remove("fail-3");
        _folder.ForgetStarts();
        _folder.Jobs("jobs.jsonl", Enumerable.Range(0, 12));

        var end = await _folder.RunAsync();
        var again = await _folder.RunAsync();

        end.ExitCode.Should().Be(0, $"{end}");
        _folder.Starts.Select(start => start.Value).Should().BeEquivalentTo([3, 10, 11]);
        again.Output.Should().Be(end.Output);
        RunFolder.Results(end.Output).Should().Equal(Enumerable.Range(0, 12).Select(i => (i, 0, i)));
    }

    [Fact]
    public async Task More_repetitions_run_those_that_are_new_S18()
    {
        _folder.Jobs("jobs.jsonl", [1, 2]);
        await _folder.RunAsync("--repetitions", "2");
        _folder.Starts.Select(start => (start.Value, start.Repetition)).Should().BeEquivalentTo([(1, 0), (2, 0), (1, 1), (2, 1)]);
        _folder.ForgetStarts();
        _folder.Jobs("jobs.jsonl", [1, 2, 3]);

        var end = await _folder.RunAsync("--repetitions", "3");
        _folder.Jobs("jobs.jsonl", [3, 2]);
        var fewer = await _folder.RunAsync("--repetitions", "3");

        _folder.Starts.Select(start => (start.Value, start.Repetition)).Should().BeEquivalentTo([(3, 0), (3, 1), (1, 2), (2, 2), (3, 2)]);
        RunFolder.Results(end.Output).Should().Equal(
            (0, 0, 1), (1, 0, 2), (2, 0, 3), (3, 1, 1), (4, 1, 2), (5, 1, 3), (6, 2, 1), (7, 2, 2), (8, 2, 3));
        RunFolder.Results(fewer.Output).Should().Equal((0, 0, 3), (1, 0, 2), (2, 1, 3), (3, 1, 2), (4, 2, 3), (5, 2, 2));
    }

    [Fact]
    public async Task Another_program_asks_what_is_meant()
    {
        await _folder.RunAsync();
        _folder.ForgetStarts();
        string[] another = ["--", "sh", "job.sh", "{i}", "x"];

        var asked = await _folder.Shell.RunAsync(["run", "jobs.jsonl", .. another]);
        var raw = await _folder.RunAsync("--raw");
        _folder.Starts.Should().BeEmpty();
        _folder.Jobs("jobs.jsonl", Enumerable.Range(0, 11));
        var kept = await _folder.Shell.RunAsync(["run", "jobs.jsonl", "--keep", .. another]);
        _folder.Starts.Select(start => start.Value).Should().Equal(10);
        var fresh = await _folder.RunAsync("--fresh");

        asked.ExitCode.Should().Be(2);
        asked.ErrorLines.Should().ContainSingle().Which.Should().Contain("-- sh job.sh {i} ").And.ContainAll("--keep", "--fresh", "10 results");
        (raw.ExitCode, kept.ExitCode, fresh.ExitCode).Should().Be((2, 0, 0), $"{kept} {fresh}");
        RunFolder.Results(kept.Output).Should().HaveCount(11);
        _folder.Starts.Should().HaveCount(1 + 11);
    }

    [Fact]
    public async Task Another_program_before_any_result_is_no_question()
    {
        _folder.Shell.Write("job.sh", "exit 1");
        await _folder.RunAsync();

        (await _folder.Shell.RunAsync("run", "jobs.jsonl", "--retry", "--", "sh", "-c", "echo '{{}}'")).ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task Fresh_throws_nothing_away_for_a_program_that_is_not_there()
    {
        await _folder.RunAsync();
        _folder.ForgetStarts();

        var end = await _folder.Shell.RunAsync("run", "jobs.jsonl", "--fresh", "--", "./missing");
        var again = await _folder.RunAsync();

        end.ExitCode.Should().Be(2, $"{end}");
        again.ExitCode.Should().Be(0, $"{again}");
        _folder.Starts.Should().BeEmpty();
    }

    [SkippableTheory]
    [InlineData("--keep", "./other")]
    [InlineData("--retry", "./program")]
    public async Task A_program_that_is_not_there_leaves_all_that_is_kept_as_it_was(string option, string missing)
    {
        Skip.If(OperatingSystem.IsWindows(), "The program is a script of a POSIX shell.");
        var program = _folder.Path(_folder.Shell.Write("program", "#!/bin/sh\ntest $1 -lt 5 && echo '{}'"));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string[] run = ["run", "jobs.jsonl", "-n", "1", "-c", "2", "--max-failures", "0"];
        string[] state = ["jobs", "--state", "jobs.jsonl.pyremto.db", "--json"];
        await _folder.Shell.RunAsync([.. run, "--", "./program", "{i}"]);
        var before = await _folder.Shell.RunAsync(state);

        File.Move(program, program + ".away");
        var end = await _folder.Shell.RunAsync([.. run, option, "--", missing, "{i}"]);
        File.Move(program + ".away", program);
        var after = await _folder.Shell.RunAsync(state);
        var again = await _folder.Shell.RunAsync([.. run, "--", "./program", "{i}"]);

        end.ExitCode.Should().Be(2, $"{end}");
        end.ErrorLines.Should().ContainSingle().Which.Should().Contain("no program");
        after.Output.Should().Be(before.Output).And.Contain("exhausted");
        again.Errors.Should().Contain("5 of 10 jobs done before, so nothing was run.");
    }

    [Theory]
    [InlineData(3, "--keep")]
    [InlineData(0, "-q")] // there is nothing to keep
    public async Task A_changed_program_gets_at_what_the_one_before_failed_at(int good, string option)
    {
        string[] before = ["run", "jobs.jsonl", "-n", "1", "--max-failures", "0", "--", "sh", "-c", $"test $1 -lt {good} && echo '{{{{}}}}'", "-", "{i}"];
        await _folder.Shell.RunAsync(before);

        var end = await _folder.RunAsync(option);

        end.ExitCode.Should().Be(0, $"{end}");
        _folder.Starts.Select(start => start.Value).Should().BeEquivalentTo(Enumerable.Range(good, 10 - good));
    }
}
