using Pyremto.Tests.Support;

namespace Pyremto.Tests.Cli.Programs;

public sealed class StoppingTests : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ProgramUnderTest _program;

    public StoppingTests() => _program = new ProgramUnderTest(settings => settings, _time);

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task S11_a_program_that_is_not_needed_any_more_is_told_and_ends()
    {
        var run = _program.RunScriptAsync($"echo $$ >{_program.File("pid")}; exec sleep 1000", "", _stop.Token);
        var pid = await _program.NumberInAsync("pid");

        await _stop.CancelAsync();

        await run.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        ProgramUnderTest.IsRunning(pid).Should().BeFalse();
        _time.Elapsed.Should().Be(TimeSpan.Zero, "it did not take its grace");
    }

    [Fact]
    public async Task A_result_that_a_program_brings_when_it_is_told_to_stop_is_taken()
    {
        var run = _program.RunScriptAsync(
            $$"""trap 'echo "{\"epoch\":3}"; exit 0' TERM; echo $$ >{{_program.File("pid")}}; while :; do sleep 0.01; done""", "", _stop.Token);
        await _program.NumberInAsync("pid");

        await _stop.CancelAsync();

        (await run).ToString().Should().Be("""{"epoch":3}""");
    }

    [Theory]
    [InlineData("exit 1")]
    [InlineData("exit 0")]
    public async Task A_program_that_ends_without_a_result_when_it_is_told_to_stop_has_not_failed(string end)
    {
        var run = _program.RunScriptAsync(
            $"trap '{end}' TERM; echo $$ >{_program.File("pid")}; while :; do sleep 0.01; done", "", _stop.Token);
        await _program.NumberInAsync("pid");

        await _stop.CancelAsync();

        await run.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        Directory.Exists(_program.Settings.FailedFolder).Should().BeFalse();
    }

    [Fact]
    public async Task Who_ignores_SIGTERM_is_killed_with_all_children_when_the_grace_is_over()
    {
        var run = _program.RunScriptAsync(
            $"trap '' TERM; sleep 1000 & echo $! >{_program.File("child")}; echo $$ >{_program.File("pid")}; wait", "", _stop.Token);
        var (child, pid) = (await _program.NumberInAsync("child"), await _program.NumberInAsync("pid"));
        await _stop.CancelAsync();

        _time.Advance(Grace - TimeSpan.FromTicks(1));
        ProgramUnderTest.IsRunning(pid).Should().BeTrue();
        _time.Advance(TimeSpan.FromTicks(1));

        await run.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        ProgramUnderTest.IsRunning(pid).Should().BeFalse();
        await ProgramUnderTest.UntilGoneAsync(child);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task When_the_grace_is_ended_early_nobody_is_waited_for(bool afterTheWord)
    {
        var run = _program.RunScriptAsync($"trap '' TERM; echo $$ >{_program.File("pid")}; while :; do sleep 0.01; done", "", _stop.Token);
        var pid = await _program.NumberInAsync("pid");
        if (afterTheWord)
            await _stop.CancelAsync();

        _program.EndGrace();
        await _stop.CancelAsync();

        await run.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        ProgramUnderTest.IsRunning(pid).Should().BeFalse();
        _time.Elapsed.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_child_that_works_on_after_its_parent_ended_has_the_grace_too()
    {
        // As a script in bash that runs python: the shell ends at once, python saves its state.
        var run = _program.RunScriptAsync(
            $"sh -c 'trap \"while [ ! -e {_program.File("go")} ]; do sleep 0.01; done; echo saved >{_program.File("saved")}; exit\" TERM; "
            + $"echo $$ >{_program.File("child")}; while :; do sleep 0.01; done' & wait",
            "",
            _stop.Token);
        var child = await _program.NumberInAsync("child");

        await _stop.CancelAsync();
        ProgramUnderTest.IsRunning(child).Should().BeTrue();
        run.IsCompleted.Should().BeFalse();
        await File.WriteAllTextAsync(_program.File("go"), "");

        await run.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        File.Exists(_program.File("saved")).Should().BeTrue();
    }

    [Fact]
    public async Task Children_that_left_for_a_session_of_their_own_are_ended_too()
    {
        var run = _program.RunScriptAsync(
            $"setsid sh -c 'trap \"\" TERM; echo $$ >{_program.File("far")}; sleep 1000' & echo $$ >{_program.File("pid")}; sleep 1000", "", _stop.Token);
        var (far, _) = (await _program.NumberInAsync("far"), await _program.NumberInAsync("pid"));
        await _stop.CancelAsync();

        _time.Advance(Grace);

        await run.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        await ProgramUnderTest.UntilGoneAsync(far);
    }

    [Fact]
    public async Task A_program_that_is_halted_hears_the_word_to_stop()
    {
        var run = _program.RunScriptAsync($"echo $$ >{_program.File("pid")}; kill -STOP $$; sleep 1000", "", _stop.Token);
        await _program.NumberInAsync("pid");

        await _stop.CancelAsync();

        await run.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task A_program_that_takes_too_long_is_stopped_and_has_failed_even_with_a_result()
    {
        await using var program = new ProgramUnderTest(settings => settings with { Timeout = TimeSpan.FromMinutes(90) }, _time);
        var run = program.RunScriptAsync(
            $$"""trap 'echo too late >&2; echo "{}"; exit 0' TERM; echo $$ >{{program.File("pid")}}; while :; do sleep 0.01; done""");
        await program.NumberInAsync("pid");
        await _time.UntilTimerAsync(TimeSpan.FromMinutes(90));

        _time.Advance(TimeSpan.FromMinutes(90));

        var failure = (await run.Awaiting(task => task).Should().ThrowAsync<JobFailedException>()).Which;
        failure.Message.Should().Contain("time limit of 5400 s").And.EndWith("too late").And.Contain("attempt-2.err");
    }

    [Fact]
    public async Task A_time_limit_may_be_longer_than_any_timer()
    {
        await using var program = new ProgramUnderTest(settings => settings with { Timeout = TimeSpan.FromDays(100) }, _time);
        var run = program.RunScriptAsync($"echo $$ >{program.File("pid")}; exec sleep 1000");
        await program.NumberInAsync("pid");
        await _time.UntilTimerAsync(TimeSpan.FromDays(1));

        _time.Advance(TimeSpan.FromDays(100) - TimeSpan.FromSeconds(1));
        run.IsCompleted.Should().BeFalse();
        _time.Advance(TimeSpan.FromSeconds(1));

        await run.Awaiting(task => task).Should().ThrowAsync<JobFailedException>();
    }

    [Fact]
    public async Task A_job_that_was_cancelled_before_its_turn_is_not_run()
    {
        var first = _program.RunScriptAsync($"echo $$ >{_program.File("pid")}; while [ ! -e {_program.File("go")} ]; do sleep 0.01; done; echo '{{}}'");
        await _program.NumberInAsync("pid");
        var second = _program.RunScriptAsync($"touch {_program.File("ran")}", "", _stop.Token);

        await _stop.CancelAsync();
        await File.WriteAllTextAsync(_program.File("go"), "");

        await first;
        await second.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        File.Exists(_program.File("ran")).Should().BeFalse();
    }

    [Fact]
    public async Task What_a_program_leaves_behind_delays_no_result_and_is_ended()
    {
        var result = await _program.RunScriptAsync($"sleep 1000 & echo $! >{_program.File("child")}; echo '{{}}'");

        result.ToString().Should().Be("{}");
        await ProgramUnderTest.UntilGoneAsync(await _program.NumberInAsync("child"));
    }

    [Fact]
    public async Task What_a_program_leaves_behind_does_not_write_into_the_output_of_the_next_job()
    {
        await _program.RunScriptAsync($"trap '' TERM; (while [ ! -e {_program.File("go")} ]; do sleep 0.01; done; echo '{{\"false\":1}}') & echo '{{}}'");

        var next = await _program.RunScriptAsync($"echo '{{\"true\":1}}'; touch {_program.File("go")}; sleep 0.05");

        next.ToString().Should().Be("""{"true":1}""");
    }

    [Fact]
    public async Task Disposing_the_handler_stops_what_runs()
    {
        var program = new ProgramUnderTest(settings => settings with { Grace = TimeSpan.Zero });
        var run = program.RunScriptAsync($"trap '' TERM; echo $$ >{program.File("pid")}; while :; do sleep 0.01; done");
        var pid = await program.NumberInAsync("pid");

        await program.DisposeAsync();

        ProgramUnderTest.IsRunning(pid).Should().BeFalse();
        await run.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
    }
}
