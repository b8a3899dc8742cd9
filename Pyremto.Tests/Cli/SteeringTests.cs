using System.Text.Json;

namespace Pyremto.Tests.Cli;

/// <summary>The verbs that look at a tag and steer it, over HTTP.</summary>
public sealed class SteeringTests : IAsyncLifetime
{
    private readonly PyremtoShell _shell = new();

    public async Task InitializeAsync()
    {
        await _shell.ServeAsync("--store", "memory");
        _shell.Write("jobs.jsonl", "{\"x\":0}\n{\"x\":1}\n{\"x\":2}\n");
        var end = await _shell.RunAsync("submit", "jobs.jsonl", "--tag", "svr", "-n", "1");
        end.ExitCode.Should().Be(0, end.ToString());
        end.Output.Should().Be("svr\n");
    }

    public async Task DisposeAsync() => await _shell.DisposeAsync();

    [Fact]
    public async Task Jobs_lists_them_with_why_they_failed_and_hostile_text_cannot_steer_the_terminal()
    {
        using var work = new CliWork(_shell, "svr");
        await work.FailAsync(await work.TakeAsync(), "Traceback\n\u001b]0;owned\u0007\u202eout of memory\n");

        var all = await _shell.RunAsync("jobs", "--tag", "svr");
        var exhausted = await _shell.RunAsync("jobs", "--tag", "svr", "--state", "exhausted", "--json");

        all.ExitCode.Should().Be(0, all.ToString());
        all.OutputLines.Should().Equal(
            "0 exhausted {\"x\":0}", "  attempt 1 failed on host with exit code 7: \\x1b]0;owned\\x07\\u202eout of memory",
            "1 waiting {\"x\":1}", "2 waiting {\"x\":2}");
        using var job = JsonDocument.Parse(exhausted.OutputLines.Should().ContainSingle().Subject);
        job.RootElement.GetProperty("job_id").GetInt32().Should().Be(0);
        job.RootElement.GetProperty("attempts")[0].GetProperty("error").GetString().Should().Contain("out of memory");
    }

    [Fact]
    public async Task Retry_gives_what_failed_new_attempts_S12()
    {
        using var work = new CliWork(_shell, "svr");
        await work.FailAsync(await work.TakeAsync(), "broken");

        var one = await _shell.RunAsync("retry", "--tag", "svr", "0", "--json");
        var none = await _shell.RunAsync("retry", "--tag", "svr");

        one.Output.Should().Be("{\"tag\":\"svr\",\"jobs\":1}\n");
        none.Errors.Should().Be("svr: 0 jobs can be handed out again\n");
    }

    [Fact]
    public async Task Retry_says_why_a_job_that_was_named_is_left_alone_and_hands_out_cancelled_ones_where_that_is_wanted_S12()
    {
        using var work = new CliWork(_shell, "svr");
        await work.DoneAsync(await work.TakeAsync(), "{}");
        (await _shell.RunAsync("cancel", "--tag", "svr", "1")).ExitCode.Should().Be(0);

        var named = await _shell.RunAsync("retry", "--tag", "svr", "0", "1", "2", "99");
        var json = await _shell.RunAsync("retry", "--tag", "svr", "0", "99", "--json");
        var cancelled = await _shell.RunAsync("retry", "--tag", "svr", "1", "--cancelled");
        var missing = await _shell.RunAsync("cancel", "--tag", "svr", "2", "99");
        var again = await _shell.RunAsync("cancel", "--tag", "svr", "2");

        named.ExitCode.Should().Be(2, named.ToString());
        named.ErrorLines.Should().HaveCount(4).And.Contain("pyremto: There is no job 99.")
            .And.Contain(line => line.StartsWith("pyremto: Job 0 is done", StringComparison.Ordinal))
            .And.Contain(line => line.StartsWith("pyremto: Job 1 was cancelled", StringComparison.Ordinal) && line.Contains("--cancelled", StringComparison.Ordinal));
        json.Output.Should().Be("{\"tag\":\"svr\",\"jobs\":0,\"unchanged\":[{\"job_id\":0,\"state\":\"done\"},{\"job_id\":99}]}\n");
        (cancelled.ExitCode, cancelled.Errors).Should().Be((0, "svr: 1 job can be handed out again\n"));
        (missing.ExitCode, missing.Errors).Should().Be((2, "svr: 1 job cancelled\npyremto: There is no job 99.\n"));
        again.ExitCode.Should().Be(0, "it is as was wanted");
    }

    [Fact]
    public async Task Failed_attempts_and_the_wait_after_them_are_shown_S9()
    {
        (await _shell.RunAsync("change", "--tag", "svr", "-n", "3", "--retry-delay", "12h")).ExitCode.Should().Be(0);
        using var work = new CliWork(_shell, "svr");
        await work.FailAsync(await work.TakeAsync(), "no licence", final: false);

        (await _shell.RunAsync("jobs", "--tag", "svr", "--state", "waiting")).OutputLines[0].Should().MatchRegex("^0 waiting until [0-9-]{10} [0-9:]{8} \\{");
        (await _shell.RunAsync("tags")).Output.Should().Be("svr: running, 0 of 3 done, 1 failed attempt\n");
        var watch = _shell.Start("watch", "--tag", "svr");
        await watch.WaitForOutputAsync("0 of 3 done, 1 failed attempt");
        (await _shell.RunAsync("retry", "--tag", "svr", "0")).ExitCode.Should().Be(0, "it ends the wait");
        (await work.TakeAsync()).Should().Be(1);
    }

    [Fact]
    public async Task Pause_and_resume_stop_and_go_on_with_handing_out_S19()
    {
        (await _shell.RunAsync("pause", "--tag", "svr")).Errors.Should().Be("svr: paused\n");
        (await _shell.RunAsync("tags")).Output.Should().Be("svr: paused, 0 of 3 done\n");
        (await _shell.RunAsync("resume", "--tag", "svr", "--json")).Output.Should().Be("{\"tag\":\"svr\",\"change\":\"resumed\"}\n");
        (await _shell.RunAsync("tags")).Output.Should().Be("svr: running, 0 of 3 done\n");
    }

    [Fact]
    public async Task Cancel_takes_jobs_by_id_or_all_that_are_unfinished_and_wait_then_ends_with_0_S19()
    {
        (await _shell.RunAsync("cancel", "--tag", "svr", "1")).Errors.Should().Be("svr: 1 job cancelled\n");
        (await _shell.RunAsync("cancel", "--tag", "svr")).Errors.Should().Be("svr: 2 jobs cancelled\n");

        var wait = await _shell.RunAsync("wait", "--tag", "svr");

        wait.ExitCode.Should().Be(0, wait.ToString());
        wait.Errors.Should().Be("svr: 0 of 3 done, 3 cancelled\n");
    }

    [Fact]
    public async Task Change_sets_attempts_lease_and_policy_S19()
    {
        var change = await _shell.RunAsync("change", "--tag", "svr", "-n", "7", "--lease", "1m30s", "--policy", "when_idle");
        change.ExitCode.Should().Be(0, change.ToString());

        await _shell.RunAsync("cancel", "--tag", "svr");
        var wait = await _shell.RunAsync("wait", "--tag", "svr", "--json");

        using var progress = JsonDocument.Parse(wait.Output);
        progress.RootElement.GetProperty("max_redistribution_attempts").GetInt32().Should().Be(7);
        progress.RootElement.GetProperty("lease_seconds").GetDouble().Should().Be(90);
        progress.RootElement.GetProperty("policy").GetString().Should().Be("when_idle");
    }

    [Fact]
    public async Task Delete_asks_first_and_without_a_terminal_wants_to_be_told_that_it_is_meant_S19()
    {
        var asked = await _shell.RunAsync("delete", "--tag", "svr");
        asked.ExitCode.Should().Be(2);
        asked.ErrorLines.Should().ContainSingle().Which.Should().Contain("--yes");
        (await _shell.RunAsync("tags")).Output.Should().Contain("svr");

        (await _shell.RunAsync("delete", "--tag", "svr", "--yes")).ExitCode.Should().Be(0);
        (await _shell.RunAsync("tags")).Output.Should().BeEmpty();
    }

    [SkippableFact]
    public async Task At_a_terminal_delete_asks_and_does_what_is_answered()
    {
        var refused = _shell.StartInTerminal(80, ["delete", "--tag", "svr"]);
        await refused.WaitForOutputAsync("Delete svr with 3 jobs and 0 results? [y/N]");
        await refused.TypeAsync("n\n");
        (await refused.WaitAsync()).ExitCode.Should().Be(2);
        (await _shell.RunAsync("tags")).Output.Should().Contain("svr");

        var meant = _shell.StartInTerminal(80, ["delete", "--tag", "svr"]);
        await meant.WaitForOutputAsync("[y/N]");
        await meant.TypeAsync("y\n");
        (await meant.WaitAsync()).ExitCode.Should().Be(0);
        (await _shell.RunAsync("tags")).Output.Should().BeEmpty();
    }

    [Fact]
    public async Task A_table_without_a_result_has_the_columns_of_the_descriptions()
    {
        (await _shell.RunAsync("results", "--tag", "svr", "-o", "none.csv")).ExitCode.Should().Be(1);
        using var http = new HttpClient { BaseAddress = new Uri(_shell.Environment["PYREMTO_URL"]!) };

        (await File.ReadAllTextAsync(_shell.Directory.File("none.csv"))).Should().Be(
            "job_id,repetition,attempt,worker,started_at,done_at,duration_seconds,description.x\n");
        (await http.GetStringAsync(new Uri("/api/tags/svr/results?format=csv", UriKind.Relative))).Should().EndWith(",description.x\n");
    }

    [Fact]
    public async Task Results_come_as_json_lines_or_into_a_file_by_its_ending_and_tell_with_1_that_some_are_missing()
    {
        using var work = new CliWork(_shell, "svr");
        await work.DoneAsync(await work.TakeAsync(), "{\"y\":5}");

        var printed = await _shell.RunAsync("results", "--tag", "svr");
        var written = await _shell.RunAsync("results", "--tag", "svr", "-o", "out.csv");

        printed.ExitCode.Should().Be(1, printed.ToString());
        using var result = JsonDocument.Parse(printed.OutputLines.Should().ContainSingle().Subject);
        result.RootElement.GetProperty("result").GetProperty("y").GetInt32().Should().Be(5);
        printed.Errors.Should().Be("svr: 1 of 3 results\n");
        written.ExitCode.Should().Be(1, written.ToString());
        (await File.ReadAllLinesAsync(_shell.Directory.File("out.csv"))).Should().HaveCount(2).And.Contain(line => line.StartsWith("job_id,", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Wait_ends_with_1_where_jobs_are_exhausted()
    {
        using var work = new CliWork(_shell, "svr");
        var wait = _shell.Start("wait", "--tag", "svr");
        for (var job = 0; job < 3; job++)
            await work.FailAsync(await work.TakeAsync(), "broken");

        var end = await wait.WaitAsync();

        end.ExitCode.Should().Be(1, end.ToString());
        end.Errors.Should().Be("svr: 0 of 3 done, 3 failed\n");
    }

    [Fact]
    public async Task Set_up_twice_is_refused_and_changes_nothing_S1()
    {
        var twice = await _shell.RunAsync("submit", "jobs.jsonl", "--tag", "svr");

        twice.ExitCode.Should().Be(2, twice.ToString());
        twice.ErrorLines.Should().ContainSingle().Which.Should().Contain("has its jobs already");
        (await _shell.RunAsync("tags")).Output.Should().Be("svr: running, 0 of 3 done\n");
    }

    [Fact]
    public async Task A_broken_line_is_named_and_no_tag_is_made()
    {
        _shell.Write("broken.jsonl", "{\"x\":0}\n{\"x\":}\n");

        var end = await _shell.RunAsync("submit", "broken.jsonl", "--tag", "other");

        end.ExitCode.Should().Be(2, end.ToString());
        end.ErrorLines.Should().ContainSingle().Which.Should().Contain("broken.jsonl:2:6");
        (await _shell.RunAsync("tags")).Output.Should().NotContain("other");
    }

    [Fact]
    public async Task Too_much_is_refused_with_the_limit_and_leaves_no_tag_behind_S16()
    {
        var end = await _shell.FeedAsync($"{{\"x\":\"{new string('a', 1 << 20)}\"}}\n", "submit", "-", "--tag", "other");

        end.ExitCode.Should().Be(2, end.ToString());
        end.ErrorLines.Should().ContainSingle().Which.Should().Contain("1,048,576 allowed");
        (await _shell.RunAsync("tags")).Output.Should().NotContain("other");
    }

    [Fact]
    public async Task A_tag_that_does_not_exist_is_named_without_its_control_characters()
    {
        var end = await _shell.RunAsync("watch", "--tag", "no\u001b[31msuch");

        end.ExitCode.Should().Be(2, end.ToString());
        end.ErrorLines.Should().ContainSingle().Which.Should().Contain("no\\x1b[31msuch");
    }
}
