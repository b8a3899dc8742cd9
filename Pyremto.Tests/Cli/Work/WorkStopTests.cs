namespace Pyremto.Tests.Cli.Work;

/// <summary>The ends that a worker comes to before the work is done.</summary>
public sealed class WorkStopTests : WorkTestBase
{
    private const string Deaf = "exec 9>lifeline; trap '' TERM INT HUP; sleep 1000 & echo ready >&9; wait; sleep 1000";

    [Theory]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task S9_a_program_that_is_told_to_stop_may_bring_its_result_within_its_grace(string signal)
    {
        await using var lifeline = await LifelineAsync();
        var tag = await Coordinator.SetUpAsync("t", jobs: 3);
        var work = Work(
            "--tag t -c 1 --grace 50s",
            """exec 9>lifeline; trap 'echo "{\"saved\":$PYREMTO_JOB_ID}" >$PYREMTO_RESULT; exit 0' TERM; echo ready >&9; while :; do sleep 0.05; done""");
        await lifeline.SaysAsync("ready");

        await work.SignalAsync(signal);
        var end = await work.WaitAsync();

        end.ExitCode.Should().Be(0, end.ToString());
        (await Coordinator.ResultsAsync(tag)).Should().Equal("""{"saved":0}""");
        (await Coordinator.ProgressAsync(tag)).Should().BeEquivalentTo(new { Done = 1, Waiting = 2 });
    }

    [Fact]
    public async Task S9_a_program_that_does_not_listen_is_killed_after_its_grace_and_its_job_is_given_back()
    {
        await using var lifeline = await LifelineAsync();
        var tag = await Coordinator.SetUpAsync("t", jobs: 1);
        var work = Work("--tag t --grace 300ms", Deaf);
        await lifeline.SaysAsync("ready");

        await work.SignalAsync("TERM");
        var end = await work.WaitAsync();

        await lifeline.AllGone;
        end.ExitCode.Should().Be(0, end.ToString());
        end.Errors.Should().Contain("job 0 given back");
        (await Coordinator.JobAsync(tag, 0)).Should().BeEquivalentTo(new { State = JobState.Waiting, Spent = 0 });
    }

    [Fact]
    public async Task The_first_CtrlC_finishes_what_runs_and_takes_no_more()
    {
        await using var lifeline = await LifelineAsync();
        var tag = await Coordinator.SetUpAsync("t", jobs: 3);
        var work = Work("--tag t -c 1", UntilGo);
        await lifeline.SaysAsync("ready");

        await work.SignalAsync("INT");
        await work.WaitForErrorsAsync("Ctrl-C again gives the jobs back");
        Go();
        var end = await work.WaitAsync();

        end.ExitCode.Should().Be(130, end.ToString());
        (await Coordinator.ProgressAsync(tag)).Should().BeEquivalentTo(new { Done = 1, Waiting = 2 });
    }

    [Fact]
    public async Task S9_the_second_CtrlC_gives_jobs_back_at_once_whatever_their_grace()
    {
        await using var lifeline = await LifelineAsync();
        var tag = await Coordinator.SetUpAsync("t", jobs: 1);
        var work = Work("--tag t --grace 12h", Deaf);
        await lifeline.SaysAsync("ready");

        await work.SignalAsync("INT");
        await work.WaitForErrorsAsync("Ctrl-C again");
        await work.SignalAsync("INT");
        var end = await work.WaitAsync();

        await lifeline.AllGone;
        end.ExitCode.Should().Be(130, end.ToString());
        (await Coordinator.JobAsync(tag, 0)).Should().BeEquivalentTo(new { State = JobState.Waiting, Spent = 0 });
    }

    [SkippableFact]
    public async Task CtrlC_at_a_terminal_reaches_the_worker_and_not_its_program()
    {
        await using var lifeline = await LifelineAsync();
        var tag = await Coordinator.SetUpAsync("t", jobs: 1);
        Shell.Write("program.sh", UntilGo);
        var work = Shell.StartInTerminal(80, "work", "--tag", "t", "--", "sh", "program.sh");
        await lifeline.SaysAsync("ready");

        await work.TypeAsync("\u0003");
        await work.WaitForOutputAsync("Ctrl-C again gives the jobs back");
        Go();
        var end = await work.WaitAsync();

        end.ExitCode.Should().Be(130, end.ToString());
        (await Coordinator.JobAsync(tag, 0)).Should().BeEquivalentTo(new { State = JobState.Done, Spent = 1 });
    }

    [Fact]
    public async Task CtrlC_ends_the_grace_of_a_SIGTERM()
    {
        await using var lifeline = await LifelineAsync();
        var tag = await Coordinator.SetUpAsync("t", jobs: 1);
        var work = Work("--tag t --grace 12h", Deaf);
        await lifeline.SaysAsync("ready");

        await work.SignalAsync("TERM");
        await work.WaitForErrorsAsync("the programs are told");
        await work.SignalAsync("TERM");
        await work.SignalAsync("INT");
        var end = await work.WaitAsync();

        end.ExitCode.Should().Be(130, end.ToString());
        (await Coordinator.JobAsync(tag, 0)).State.Should().Be(JobState.Waiting);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task S10_a_killed_worker_leaves_no_orphan_and_its_job_goes_to_another(bool overPipe)
    {
        await using var lifeline = await LifelineAsync();
        Shell.Environment["PYREMTO_URL"] = overPipe ? null : Coordinator.Url;
        Shell.Environment["PYREMTO_PIPE"] = overPipe ? Coordinator.Pipe : null;
        var tag = await Coordinator.SetUpAsync("t", jobs: 1, lease: overPipe ? 3600 : 1);
        var killed = Work("--tag t", Deaf);
        await lifeline.SaysAsync("ready");

        await killed.SignalAsync("KILL");
        await lifeline.AllGone;
        await Coordinator.UntilAsync(tag, progress => progress.Waiting == 1);
        var other = await WorkToEndAsync("--tag t", """echo "{\"attempt\":$PYREMTO_ATTEMPT}" """);

        other.ExitCode.Should().Be(0, other.ToString());
        (await Coordinator.ResultsAsync(tag)).Should().Equal("""{"attempt":2}""");
    }

    [Fact]
    public async Task It_ends_after_so_many_jobs()
    {
        var tag = await Coordinator.SetUpAsync("t", jobs: 6);

        var end = await WorkToEndAsync("--tag t -c 3 --max-jobs 4", "echo '{}'");

        end.ExitCode.Should().Be(0, end.ToString());
        end.Errors.Should().Contain("--max-jobs): 4 done");
        (await Coordinator.ProgressAsync(tag)).Should().BeEquivalentTo(new { Done = 4, Waiting = 2, InProgress = 0 });
    }

    [Fact]
    public async Task When_its_time_is_over_it_finishes_what_runs_and_takes_no_more()
    {
        await using var lifeline = await LifelineAsync();
        var tag = await Coordinator.SetUpAsync("t", jobs: 3);
        var work = Work("--tag t -c 1 --stop-after 5s", UntilGo);
        await lifeline.SaysAsync("ready");

        await work.WaitForErrorsAsync("--stop-after");
        Go();
        var end = await work.WaitAsync();

        end.ExitCode.Should().Be(0, end.ToString());
        (await Coordinator.ProgressAsync(tag)).Should().BeEquivalentTo(new { Done = 1, Waiting = 2, InProgress = 0 });
    }

    [Fact]
    public async Task It_ends_when_it_was_idle_for_too_long()
    {
        await Coordinator.Scheduler.CreateTagAsync(new CreateTag { Tag = "t" }, CancellationToken.None);

        var end = await WorkToEndAsync("--tag t -c 2 --idle-timeout 300ms", "echo '{}'");

        end.ExitCode.Should().Be(0, end.ToString());
        end.Errors.Should().Contain("--idle-timeout");
    }
}
