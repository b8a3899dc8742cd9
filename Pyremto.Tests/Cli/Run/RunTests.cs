using System.Text.Json;

namespace Pyremto.Tests.Cli.Run;

/// <summary><c>pyremto run</c> from its jobs to its results.</summary>
public sealed class RunTests : IAsyncLifetime
{
    private readonly RunFolder _folder = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _folder.DisposeAsync();

    [Fact]
    public async Task Every_job_is_run_once_and_results_come_as_JSON_lines_in_the_order_of_the_jobs()
    {
        var end = await _folder.RunAsync();

        end.ExitCode.Should().Be(0, $"{end}");
        RunFolder.Results(end.Output).Should().Equal(Enumerable.Range(0, 10).Select(i => (i, 0, i)));
        _folder.Starts.Should().HaveCount(10);
        end.Errors.Should().Contain("Running 10 jobs, 2 at a time").And.Contain("10 of 10 jobs done.");
    }

    [Fact]
    public async Task Quiet_prints_results_alone()
    {
        var end = await _folder.RunAsync("--quiet");

        end.Errors.Should().BeEmpty();
        end.OutputLines.Should().HaveCount(10);
    }

    [Fact]
    public async Task Quiet_tells_of_failed_jobs_in_one_line()
    {
        _folder.Touch("fail-3");
        _folder.Touch("fail-4");

        var end = await _folder.RunAsync("--quiet", "-n", "1");

        end.ExitCode.Should().Be(1, $"{end}");
        end.ErrorLines.Should().Equal(
            "pyremto: 2 of 10 jobs failed. To run them again: pyremto run jobs.jsonl -c 2 --quiet -n 1 --retry -- sh job.sh {i}");
        end.OutputLines.Should().HaveCount(8);
    }

    [Fact]
    public async Task A_finished_run_only_prints_its_results_again()
    {
        var first = await _folder.RunAsync();
        _folder.ForgetStarts();

        var second = await _folder.RunAsync();

        (second.ExitCode, second.Output).Should().Be((0, first.Output), $"{second}");
        second.Errors.Should().Contain("10 of 10 jobs done before, so nothing was run.");
        _folder.Starts.Should().BeEmpty();
    }

    [Fact]
    public async Task The_state_is_private_and_stands_beside_the_input()
    {
        await _folder.RunAsync();

        var state = new FileInfo(_folder.Path("jobs.jsonl.pyremto.db"));
        state.Exists.Should().BeTrue();
        if (!OperatingSystem.IsWindows())
            state.UnixFileMode.Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task A_table_has_the_fields_of_jobs_and_results_as_columns()
    {
        var end = await _folder.RunAsync("-o", "r.csv");

        var rows = (await File.ReadAllLinesAsync(_folder.Path("r.csv"))).Select(row => row.Split(',')).ToList();
        rows[0].Should().EndWith(["description.i", "result.y"]);
        rows.Skip(1).Select(row => (row[^2], row[^1])).Should().Equal(Enumerable.Range(0, 10).Select(i => ($"{i}", $"{i}")));
        end.Output.Should().BeEmpty("data went to the file");
    }

    [Fact]
    public async Task With_json_and_a_file_what_came_of_it_is_one_object()
    {
        var end = await _folder.RunAsync("-o", "r.json", "--json");

        end.Output.Should().Be("{\"total\":10,\"done\":10,\"failed\":0,\"unfinished\":0,\"results\":\"r.json\",\"state\":\"jobs.jsonl.pyremto.db\"}\n");
        JsonDocument.Parse(await File.ReadAllTextAsync(_folder.Path("r.json"))).RootElement.GetArrayLength().Should().Be(10);
    }

    [Fact]
    public async Task What_failed_is_told_with_why_where_and_how_to_run_it_again()
    {
        _folder.Touch("fail-3");
        _folder.Touch("fail-8");

        var end = await _folder.RunAsync("-o", "my results.csv");

        end.ExitCode.Should().Be(1, $"{end}");
        end.ErrorLines.Should().ContainInOrder(
            "8 of 10 jobs done. Results: my results.csv",
            "2 jobs failed:",
            "  exit code 3: no luck today",
            "    job 3: {\"i\":3}",
            "    job 8: {\"i\":8}",
            "All of them: pyremto jobs --state jobs.jsonl.pyremto.db --state exhausted",
            $"What they printed is in {_folder.Path("jobs.jsonl.pyremto.logs")}",
            "To run them again: pyremto run jobs.jsonl -c 2 -o 'my results.csv' --retry -- sh job.sh {i}");
        _folder.Starts.Should().HaveCount(8 + (2 * 3), "N is 3");
        Directory.GetFiles(_folder.Path("jobs.jsonl.pyremto.logs")).Should().NotBeEmpty();
    }

    [Fact]
    public async Task A_reason_with_many_jobs_names_a_few_and_a_line_lists_all_of_them_while_the_state_is_in_use_too()
    {
        foreach (var job in Enumerable.Range(0, 8))
            _folder.Touch($"fail-{job}");
        var end = await _folder.RunAsync("-n", "1", "--max-failures", "0");
        var line = end.ErrorLines.Single(line => line.StartsWith("All of them: pyremto ", StringComparison.Ordinal))["All of them: pyremto ".Length..];

        var listed = await _folder.Shell.RunAsync(line.Split(' '));
        _folder.Touch("hold");
        var run = _folder.Shell.Start(RunFolder.Run("--retry"));
        await RunFolder.WaitUntilItTakesSignalsAsync(run);
        var meanwhile = await _folder.Shell.RunAsync("jobs", "--state", "jobs.jsonl.pyremto.db", "--json");
        _folder.Remove("hold");
        await run.WaitAsync();

        end.ErrorLines.Should().Contain("    and 3 more jobs");
        listed.ExitCode.Should().Be(0, $"{listed}");
        listed.OutputLines.Where(static text => text[0] != ' ').Should().Equal(Enumerable.Range(0, 8).Select(i => $"{i} exhausted {{\"i\":{i}}}"));
        listed.OutputLines[1].Should().Contain("failed").And.EndWith("no luck today");
        meanwhile.OutputLines.Should().HaveCount(10, $"{meanwhile}");
    }

    [Fact]
    public async Task A_job_that_fails_in_a_later_run_has_failed_once_there_whatever_was_before()
    {
        _folder.Touch("fail-3");
        await _folder.RunAsync();

        var end = await _folder.RunAsync("--retry", "-n", "1");

        end.Errors.Should().Contain("Job 3 failed: exit code 3").And.NotContain("attempt").And.NotContain("(try");
    }

    [Theory]
    [InlineData("kill -KILL $$", "killed (SIGKILL), perhaps since the machine was out of memory: last words")]
    [InlineData("kill -SEGV $$", "crashed (SIGSEGV: it touched memory that is not there): last words")]
    [InlineData("exit 137", "killed (SIGKILL), perhaps since the machine was out of memory: last words")]
    public async Task A_signal_is_told_in_words(string death, string reason)
    {
        _folder.Shell.Write("job.sh", $"echo last words >&2; {death}");

        (await _folder.RunAsync("-n", "1")).ErrorLines.Should().Contain($"  {reason}");
    }

    [Fact]
    public async Task Results_are_in_their_file_while_the_run_goes_on_and_a_kill_leaves_them()
    {
        _folder.Touch("hold");
        var run = _folder.Shell.Start(RunFolder.Run("-o", "r.csv"));
        await _folder.WaitForStartsAsync(7);
        await Programs.ProgramUnderTest.UntilAsync(
            () => File.Exists(_folder.Path("r.csv")) && File.ReadAllLines(_folder.Path("r.csv")).Length == 1 + 5, "five results are in the file");

        await run.SignalAsync("KILL");
        await run.WaitAsync();

        (await File.ReadAllLinesAsync(_folder.Path("r.csv"))).Skip(1).Select(line => line.Split(',')[^1]).Should().Equal("0", "1", "2", "3", "4");
    }

    [Fact]
    public async Task S9_a_failed_job_waits_a_second_at_least_before_its_next_attempt_unless_told_otherwise()
    {
        _folder.Shell.Write("job.sh", "date +%s%N >>times; exit 1");
        string[] once = ["run", "--grid", "i=0", "--state", "s.db", "-n", "2"];
        string[] program = ["--", "sh", "job.sh"];

        await _folder.Shell.RunAsync([.. once, .. program]);
        await _folder.Shell.RunAsync([.. once, "--fresh", "--retry-delay", "0", .. program]);

        var times = (await File.ReadAllLinesAsync(_folder.Path("times"))).Select(line => long.Parse(line, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        times.Should().HaveCount(4);
        (times[1] - times[0]).Should().BeGreaterThan(490_000_000, "the wait is a second, less up to half of it by chance");
    }

    [Fact]
    public async Task Retry_runs_only_what_failed()
    {
        _folder.Touch("fail-3");
        await _folder.RunAsync("-n", "1");
        _folder.Remove("fail-3");
        _folder.ForgetStarts();

        var end = await _folder.RunAsync("--retry");

        end.ExitCode.Should().Be(0, $"{end}");
        _folder.Starts.Select(start => start.Value).Should().Equal(3);
        RunFolder.Results(end.Output).Should().HaveCount(10);
    }

    [Fact]
    public async Task A_program_that_fails_on_the_first_ten_jobs_is_not_run_on_thousands()
    {
        _folder.Jobs("jobs.jsonl", Enumerable.Range(0, 200));
        _folder.Shell.Write("job.sh", "echo x >> tries; echo 'no module' >&2; exit 1");

        var end = await _folder.RunAsync();

        end.ExitCode.Should().Be(5, $"{end}");
        (await File.ReadAllLinesAsync(_folder.Path("tries"))).Length.Should().BeInRange(10, 12);
        end.Errors.Should().Contain("none succeeded").And.Contain("exit code 1: no module");
    }

    [Fact]
    public async Task What_a_program_says_cannot_steer_the_terminal()
    {
        _folder.Shell.Write("job.sh", "printf '\\033]0;owned\\007\\033[2J' >&2; exit 1");

        var end = await _folder.RunAsync();

        end.Errors.Should().NotContain("\u001b").And.Contain("\\x1b");
    }

    [Fact]
    public async Task Jobs_of_a_grid_find_their_results_again_when_values_are_added()
    {
        string[] program = ["--", "sh", "job.sh", "{i}"];
        await _folder.Shell.RunAsync(["run", "--grid", "i=0..2", .. program]);

        var end = await _folder.Shell.RunAsync(["run", "--grid", "i=0..4", .. program]);

        RunFolder.Results(end.Output).Select(result => result.Y).Should().Equal(0, 1, 2, 3, 4);
        _folder.Starts.Should().HaveCount(5);
        File.Exists(_folder.Path("i.pyremto.db")).Should().BeTrue();
    }

    [Fact]
    public async Task Jobs_from_standard_input_need_a_state()
    {
        string[] program = ["--", "sh", "job.sh", "{i}"];
        var without = await _folder.Shell.FeedAsync("{\"i\":1}\n", ["run", "-", .. program]);
        var with = await _folder.Shell.FeedAsync("{\"i\":1}\n", ["run", "-", "--state", "s.db", .. program]);

        without.ExitCode.Should().Be(2);
        without.Errors.Should().Contain("--state");
        RunFolder.Results(with.Output).Should().Equal((0, 0, 1));
    }

    [Fact]
    public async Task A_broken_line_is_named_and_nothing_is_set_up()
    {
        _folder.Shell.Write("jobs.jsonl", "{\"i\": 1}\n{\"i\": 2\n");

        var end = await _folder.RunAsync();

        end.ExitCode.Should().Be(2);
        end.ErrorLines.Should().ContainSingle().Which.Should().StartWith("pyremto: jobs.jsonl:2:8: ");
        Directory.GetFiles(_folder.Shell.Directory.Path).Should().HaveCount(2, "the input and the program");
    }

    [Theory]
    [InlineData("no/such/folder/r.csv")]
    [InlineData("r.txt")]
    [InlineData("jobs.jsonl")]
    public async Task Where_results_cannot_go_is_said_before_anything_is_computed(string output)
    {
        var end = await _folder.RunAsync("-o", output);

        end.ExitCode.Should().Be(2, $"{end}");
        end.ErrorLines.Should().ContainSingle();
        _folder.Starts.Should().BeEmpty();
    }

    [Theory]
    [InlineData("run -- sh job.sh", "Which jobs?")]
    [InlineData("run jobs.jsonl", "Say after --")]
    [InlineData("run jobs.jsonl sh job.sh", "too many words before --")]
    [InlineData("run jobs.jsonl sh -- job.sh", "too many words before --")]
    [InlineData("run --jobs jobs.jsonl -- sh job.sh", "There is no option '--jobs'")]
    [InlineData("run jobs.jsonl --repeat 3 -- sh job.sh", "There is no option '--repeat'. 'pyremto run --help'")]
    [InlineData("run jobs.jsonl sh job.sh --x", "too many words before --")]
    [InlineData("run jobs.jsonl --keep --fresh -- sh job.sh", "choose one")]
    [InlineData("run jobs.jsonl --grid i=1 -- sh job.sh", "not from both")]
    [InlineData("run jobs.jsonl --repetitions 0 -- sh job.sh", "at least 1")]
    [InlineData("run jobs.jsonl -n 0 -- sh job.sh", "at least 1")]
    [InlineData("run missing.jsonl -- sh job.sh", "There is no file 'missing.jsonl'")]
    [InlineData("run jobs.jsonl -- no-such-program-here", "no-such-program-here")]
    public async Task Wrong_use_is_one_line_that_says_what_to_do(string line, string words)
    {
        var end = await _folder.Shell.RunAsync(line.Split(' '));

        end.ExitCode.Should().Be(2, $"{end}");
        end.ErrorLines.Should().ContainSingle().Which.Should().Contain(words);
        _folder.Starts.Should().BeEmpty();
    }

    [Fact]
    public async Task However_long_a_line_a_program_fails_with_what_is_told_of_it_is_short()
    {
        var end = await _folder.Shell.RunAsync("run", "--grid", "x=1", "--state", "s.db", "-n", "1", "--", "sh", "-c", "head -c 9000 /dev/zero >&2; exit 3");

        end.ExitCode.Should().Be(1, $"{end}");
        end.ErrorLines.Should().Contain(line => line.StartsWith("Job 0 failed: exit code 3", StringComparison.Ordinal)).And.OnlyContain(line => line.Length <= 400);
    }
}
