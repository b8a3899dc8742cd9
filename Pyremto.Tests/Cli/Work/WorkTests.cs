namespace Pyremto.Tests.Cli.Work;

/// <summary>What a worker of the command line does from its start to the end of the work.</summary>
public sealed class WorkTests : WorkTestBase
{
    private const string OperatorKey = "the-operators-key-of-32-characters";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_does_all_jobs_over_HTTP_and_over_a_pipe_and_ends_with_0(bool overPipe)
    {
        var tag = await Coordinator.SetUpAsync("t", jobs: 5, Password);
        Shell.Environment["PYREMTO_PASSWORD"] = Password;
        Shell.Environment["PYREMTO_URL"] = overPipe ? null : Coordinator.Url;
        Shell.Environment["PYREMTO_PIPE"] = overPipe ? Coordinator.Pipe : null;

        var end = await WorkToEndAsync("--tag t -c 2", """echo "{\"y\":$0}" """, "{x}");

        end.ExitCode.Should().Be(0, end.ToString());
        end.Output.Should().BeEmpty("what is said is progress");
        end.Errors.Should().Contain("Nothing is left to do: 5 done");
        (await Coordinator.ResultsAsync(tag)).Should().Equal([.. Enumerable.Range(0, 5).Select(x => $$"""{"y":{{x}}}""")]);
    }

    [Fact]
    public async Task S15_the_program_does_not_see_the_password_and_knows_its_job()
    {
        var tag = await Coordinator.SetUpAsync("t", jobs: 1, Password);
        Shell.Environment["PYREMTO_PASSWORD"] = Password;
        Shell.Environment["PYREMTO_OPERATOR_KEY"] = OperatorKey;

        await WorkToEndAsync("--tag t --raw --gpus 5", "env; cat");

        var result = (await Coordinator.ResultsAsync(tag)).Should().ContainSingle().Subject;
        result.Should().NotContainAny(Password, "PYREMTO_PASSWORD", OperatorKey);
        result.Should().ContainAll("PYREMTO_TAG=t\\n", "PYREMTO_JOB_ID=0\\n", "PYREMTO_ATTEMPT=1\\n", "PYREMTO_SLOT=0\\n", "CUDA_VISIBLE_DEVICES=5\\n");
        result.Should().EndWith("""{\u0022x\u0022:0}"}""".Replace("\\u0022", "\\\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Words_after_the_dashes_are_the_programs_own()
    {
        var tag = await Coordinator.SetUpAsync("t", jobs: 1);

        var end = await Shell.RunAsync("work", "-t", "t", "--raw", "--", "printf", "%s|", "--tag", "@file", "", "--help", "{{x}}", "{x}");

        end.ExitCode.Should().Be(0, end.ToString());
        (await Coordinator.ResultsAsync(tag)).Should().Equal("""{"stdout":"--tag|@file||--help|{x}|0|"}""");
    }

    [Fact]
    public async Task It_waits_for_a_tag_that_is_not_there_yet_and_says_so_once()
    {
        var work = Work("--tag later -c 2", "echo '{}'");
        await work.WaitForErrorsAsync("Waiting for what is not there yet: later");

        var tag = await Coordinator.SetUpAsync("later", jobs: 3);
        var end = await work.WaitAsync();

        end.ExitCode.Should().Be(0, end.ToString());
        end.ErrorLines.Where(line => line.Contains("not there yet", StringComparison.Ordinal)).Should().ContainSingle();
        (await Coordinator.ProgressAsync(tag)).Done.Should().Be(3);
    }

    [Fact]
    public async Task It_goes_on_over_a_restart_of_the_coordinator_and_delivers_what_it_computed_meanwhile()
    {
        await using var lifeline = await LifelineAsync();
        var tag = await Coordinator.SetUpAsync("t", jobs: 2);
        var work = Work("--tag t -c 1 --max-jobs 1", UntilGo);
        await lifeline.SaysAsync("ready 0");

        await Coordinator.StopAsync();
        Go();
        await lifeline.AllGone;
        await work.WaitForErrorsAsync("Trying again until it answers");
        await Coordinator.StartAsync();
        var end = await work.WaitAsync();

        end.ExitCode.Should().Be(0, end.ToString());
        end.Errors.Should().Contain("The coordinator answers again.");
        (await Coordinator.JobAsync(tag, 0)).Should().BeEquivalentTo(new { State = JobState.Done, Spent = 1 });
    }

    [Fact]
    public async Task S11_a_job_that_is_cancelled_elsewhere_ends_its_process_and_its_children()
    {
        await using var lifeline = await LifelineAsync();
        var tag = await Coordinator.SetUpAsync("t", jobs: 1);
        var work = Work("--tag t", "exec 9>lifeline; sleep 1000 & echo ready >&9; sleep 1000");
        await lifeline.SaysAsync("ready");

        await Coordinator.Scheduler.CancelAsync(tag, [0], CancellationToken.None);

        await lifeline.AllGone;
        var end = await work.WaitAsync();
        end.ExitCode.Should().Be(0, end.ToString());
        end.Errors.Should().Contain("not needed any more");
    }

    [Fact]
    public async Task S20_it_works_for_several_tags_with_one_password_or_with_one_each()
    {
        TagAccess[] tags = [await Coordinator.SetUpAsync("a", 2, Password), await Coordinator.SetUpAsync("b", 2, Password), await Coordinator.SetUpAsync("c", 2, "other words")];
        Shell.Environment["PYREMTO_PASSWORD"] = Password;
        Shell.Write("tags", "# mine\n\nc other words\n");

        var end = await WorkToEndAsync("--tag a --tag b --tags-file tags -c 1", """echo "{\"of\":\"$PYREMTO_TAG\"}" """);

        end.ExitCode.Should().Be(0, end.ToString());
        end.Errors.Should().Contain(" of a done in ").And.Contain("Nothing is left to do: 6 done");
        foreach (var tag in tags)
            (await Coordinator.ResultsAsync(tag)).Should().Equal([.. Enumerable.Repeat($$"""{"of":"{{tag.Tag}}"}""", 2)]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task S4_a_result_that_nobody_took_is_not_counted_as_done(bool json)
    {
        await using var lifeline = await LifelineAsync();
        var tag = await Coordinator.SetUpAsync("t", jobs: 2, lease: 3600, attempts: 2);
        await Coordinator.Scheduler.UpdateTagAsync(tag, new TagUpdate { Policy = RedistributionPolicy.WhenIdle }, CancellationToken.None);
        var work = Work($"--tag t -c 1 --max-jobs 1{(json ? " --json" : "")}", UntilGo);
        await lifeline.SaysAsync("ready 0");
        var other = new ExchangeRequest { Tags = [tag], Worker = "other:1:0:x" };
        await Coordinator.Scheduler.ExchangeAsync(other, CancellationToken.None);
        var second = await Coordinator.Scheduler.ExchangeAsync(other, CancellationToken.None);
        second.Jobs.Should().ContainSingle().Which.JobId.Should().Be(0);
        await Coordinator.StopAsync(); // so that the worker is not told

        Go();
        await (json ? work.WaitForOutputAsync("\"done\"") : work.WaitForErrorsAsync("job 0 done"));
        await work.SignalAsync("STOP");
        await Coordinator.StartAsync();
        await Coordinator.Scheduler.ExchangeAsync(other with { Count = 0, Done = [new DoneReport(0, JsonText.Parse("{}"))] }, CancellationToken.None);
        await work.SignalAsync("CONT");
        var end = await work.WaitAsync();

        end.ExitCode.Should().Be(0, end.ToString());
        (end.Output + end.Errors).Should().Contain(json ? "\"done\":0,\"already_done\":1,\"failed\":0" : "0 done, 1 already done by others");
    }

    [Fact]
    public async Task With_json_it_tells_programs_what_happens_an_object_a_line()
    {
        await Coordinator.SetUpAsync("t", jobs: 1, attempts: 2);

        var end = await WorkToEndAsync("--tag t --json -c 1", """[ "$PYREMTO_ATTEMPT" = 2 ] && echo '{}'""");

        end.ExitCode.Should().Be(0, end.ToString());
        end.Errors.Should().BeEmpty();
        end.OutputLines.Should().HaveCount(5);
        end.OutputLines[0].Should().Be("""{"event":"started","tag":"t","job_id":0,"attempt":1}""");
        end.OutputLines[1].Should().Match("""{"event":"failed","tag":"t","job_id":0,"attempt":1,"seconds":*,"error":"*exit code 1*"}""");
        end.OutputLines[3].Should().Match("""{"event":"done","tag":"t","job_id":0,"attempt":2,"seconds":*}""");
        end.OutputLines[4].Should().Be("""{"event":"ended","reason":"nothing_left","done":1,"already_done":0,"failed":1,"given_back":0,"not_needed":0}""");
    }

    [Fact]
    public async Task With_quiet_it_says_nothing_while_all_is_well()
    {
        await Coordinator.SetUpAsync("t", jobs: 3);

        var end = await WorkToEndAsync("--tag t --quiet", "echo '{}'");

        end.Should().BeEquivalentTo(new PyremtoEnd(0, "", ""));
    }
}
