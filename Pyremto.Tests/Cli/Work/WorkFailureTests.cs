using Pyremto.Tests.Transport.Http.Client;

namespace Pyremto.Tests.Cli.Work;

/// <summary>Machines and programs that are broken.</summary>
public sealed class WorkFailureTests : WorkTestBase
{
    [Fact]
    public async Task A_machine_without_the_program_asks_for_nothing_and_the_search_ends_complete_on_another()
    {
        var tag = await Coordinator.SetUpAsync("t", jobs: 3);

        var without = await Shell.RunAsync("work", "--tag", "t", "--", "no-such-program", "{x}");
        var untouched = await Coordinator.ProgressAsync(tag);
        var with = await WorkToEndAsync("--tag t", "echo '{}'");

        without.ExitCode.Should().Be(2, without.ToString());
        without.ErrorLines.Should().ContainSingle().Which.Should().StartWith("pyremto: There is no program 'no-such-program'");
        untouched.Should().BeEquivalentTo(new { Waiting = 3, WorkerCount = 0 });
        with.ExitCode.Should().Be(0, with.ToString());
        (await Coordinator.ProgressAsync(tag)).Done.Should().Be(3);
    }

    [Fact]
    public async Task A_machine_where_it_always_fails_stops_itself_with_5_and_the_search_ends_complete_on_another()
    {
        var tag = await Coordinator.SetUpAsync("t", jobs: 12);

        var broken = await WorkToEndAsync("--tag t -c 2 --max-failures 3", "echo 'no GPU here' >&2; exit 3");
        var good = await WorkToEndAsync("--tag t -c 2", "echo '{}'");

        broken.ExitCode.Should().Be(5, broken.ToString());
        broken.Errors.Should().Contain("exit code 3").And.Contain("no GPU here").And.Contain("Jobs failed on this machine and none succeeded");
        good.ExitCode.Should().Be(0, good.ToString());
        (await Coordinator.ProgressAsync(tag)).Done.Should().Be(12);
    }

    [SkippableFact]
    public async Task S9_a_machine_whose_disk_is_full_spends_no_attempt_says_so_once_and_goes_on_when_there_is_room()
    {
        SmallDisk.SkipWhereImpossible();
        var tag = await Coordinator.SetUpAsync("t", jobs: 4, attempts: 1);
        Shell.Write("program.sh", """
            [ "$PYREMTO_JOB_ID" = 0 ] && [ ! -e go ] && head -c 2M /dev/zero >disk/filled
            echo '{"y":1}' >"$PYREMTO_RESULT"
            """);
        var work = SmallDisk.Start(Shell, """
            (while [ ! -e go ]; do sleep 0.05; done; rm disk/filled) &
            XDG_STATE_HOME="$PWD/disk/state" exec "$PYREMTO" work --tag t -c 1 -- sh program.sh
            """); // with more at a time, one that ends makes room for another's result
        await work.WaitForErrorsAsync("Jobs are given back");

        Go();
        var end = await work.WaitAsync();

        end.ExitCode.Should().Be(0, end.ToString());
        end.ErrorLines.Where(line => line.Contains("Jobs are given back", StringComparison.Ordinal)).Should().ContainSingle();
        end.Errors.Should().Contain("Programs can be run again.").And.NotContain("failed").And.NotContain("given back after");
        (await Coordinator.ProgressAsync(tag)).Should().BeEquivalentTo(new { Done = 4, Exhausted = 0 });
    }

    [Fact]
    public async Task A_machine_that_meets_the_bad_third_of_a_grid_first_ends_complete_with_the_good_ones()
    {
        var tag = await Coordinator.SetUpAsync("t", jobs: 12, attempts: 1);

        var end = await WorkToEndAsync("--tag t -c 4", "test $1 -ge 4 && echo '{}'", "-", "{x}");

        end.ExitCode.Should().Be(0, end.ToString());
        end.Errors.Should().Contain("Leaving t to others").And.Contain("Working for t now");
        (await Coordinator.ProgressAsync(tag)).Should().BeEquivalentTo(new { Done = 8, Exhausted = 4, State = TagStatus.Drained });
    }

    [Fact]
    public async Task What_programs_say_cannot_steer_the_terminal()
    {
        await Coordinator.SetUpAsync("t", jobs: 1, attempts: 1);

        var end = await WorkToEndAsync("--tag t", """printf '\033]0;evil\007\033[2J\r\302\233gone\nlast words\n' >&2; exit 1""");

        end.Errors.Should().NotContainAny("\u001b", "\u0007", "\r", "\u009b");
        end.Errors.Should().Contain("\\x1b]0;evil\\x07").And.Contain("last words");
    }

    [Fact]
    public async Task S15_a_wrong_password_ends_it_with_4()
    {
        await Coordinator.SetUpAsync("t", jobs: 1, Password);
        Shell.Environment["PYREMTO_PASSWORD"] = "wrong";

        var end = await WorkToEndAsync("--tag t -c 3", "echo '{}'");

        end.ExitCode.Should().Be(4, end.ToString());
        end.ErrorLines.Where(line => line.Contains("is wrong", StringComparison.Ordinal)).Should().ContainSingle();
    }

    [Fact]
    public async Task A_coordinator_that_never_answers_ends_it_with_3_when_its_idle_time_is_over()
    {
        await Coordinator.StopAsync();

        var end = await WorkToEndAsync("--tag t --idle-timeout 4s", "echo '{}'");
        await Coordinator.StartAsync();

        end.ExitCode.Should().Be(3, end.ToString());
        end.Errors.Should().Contain("Nobody answered at http://127.0.0.1");
    }

    [Theory]
    [InlineData("work --tag t -- true")]
    [InlineData("cancel --tag t")]
    [InlineData("submit --grid x=1 --tag t")]
    public async Task A_coordinator_of_another_release_is_wrong_use_and_asks_for_no_password(string line)
    {
        using var server = new RawServer("HTTP/1.1 200 OK\r\nPyremto-Protocol: 99\r\nContent-Length: 2\r\n\r\n{}");
        Shell.Environment["PYREMTO_URL"] = server.Url;

        var end = await Shell.RunAsync(line.Split(' '));

        end.ExitCode.Should().Be(2, end.ToString());
        end.Errors.Should().Contain("version 99").And.Contain("same release").And.NotContain("assword");
    }

    [Fact]
    public async Task A_time_limit_fails_the_job_and_ends_its_processes()
    {
        await using var lifeline = await LifelineAsync();
        var tag = await Coordinator.SetUpAsync("t", jobs: 1, attempts: 1);

        var end = await WorkToEndAsync("--tag t --timeout 500ms --grace 200ms", "exec 9>lifeline; trap '' TERM; sleep 1000 & wait; sleep 1000");

        await lifeline.AllGone;
        end.ExitCode.Should().Be(0, end.ToString());
        (await Coordinator.JobAsync(tag, 0)).Attempts.Should().ContainSingle().Which.Error.Should().Contain("time limit");
    }

    [Theory]
    [InlineData("-- true", "--tag")]
    [InlineData("--tag t", "-- python3")]
    [InlineData("--tag t true", "-- python3")]
    [InlineData("--tag t --tag u -c 0 -- true", "1 to 1024")]
    [InlineData("--tag t --max-jobs 0 -- true", "--max-jobs")]
    [InlineData("--tag t --idle-timeout 0 -- true", "--idle-timeout")]
    [InlineData("--tag t --stop-after 50d -- true", "49d")]
    [InlineData("--tag t --timeout 0s -- true", "--timeout")]
    [InlineData("--tag t --timeout soon -- true", "3h50m")]
    [InlineData("--tag t --grace 2d -- true", "12h")]
    [InlineData("--tag t --max-failures -1 -- true", "--max-failures")]
    [InlineData("--tag t --gpus 0,,1 -- true", "0,1")]
    [InlineData("--tag t -- echo {x", "'{x'")]
    [InlineData("--tag t --stop-afer 3h -- true", "There is no option '--stop-afer'")]
    [InlineData("--tag t -x true", "There is no option '-x'")]
    [InlineData("--tag t true --x -- true", "Say after --")]
    [InlineData("--tag t true", "Say after --")]
    [InlineData("--tag t -- {x}", "cannot come from the job")]
    [InlineData("--tags-file missing -- true", "missing")]
    [InlineData("--tags-file none -- true", "none names no tag")]
    [InlineData("--tag twice --tags-file twice -- true", "more than once")]
    [InlineData("--tag t --url ftp://a -- true", "https://host:5080")]
    [InlineData("--tag t --operator-key-file key -- true", "OperatorKey")]
    public async Task Wrong_use_ends_it_with_2_and_one_line(string options, string named)
    {
        Shell.Write("none", "# nobody\n");
        Shell.Write("twice", "twice\n");
        Shell.Write("key", "no key has blanks\n");

        var end = await Shell.RunAsync(["work", .. options.Split(' ')]);

        end.ExitCode.Should().Be(2, end.ToString());
        end.ErrorLines.Should().ContainSingle().Which.Should().StartWith("pyremto: ").And.Contain(named);
    }
}
