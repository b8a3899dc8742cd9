namespace Pyremto.Tests.Cli.Programs;

/// <summary>The launcher of systems other than Linux, tried here.</summary>
public sealed class PortableTests : IAsyncDisposable
{
    private readonly ProgramUnderTest _program = new(settings => settings with { Portable = true, Grace = TimeSpan.Zero });

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    [Fact]
    public async Task It_runs_a_program_with_its_job_and_takes_its_result() =>
        (await _program.RunScriptAsync("""cat >/dev/null; echo "{\"id\":$PYREMTO_JOB_ID,\"slot\":$PYREMTO_SLOT}" """)).ToString().Should().Be("""{"id":0,"slot":0}""");

    [Fact]
    public async Task It_tells_how_a_program_failed()
    {
        var failure = await _program.FailScriptAsync("echo why >&2; exit 3");

        failure.ExitCode.Should().Be(3);
        failure.Message.Should().EndWith("why");
    }

    [Fact]
    public async Task It_bears_a_program_that_does_not_read_a_long_description()
    {
        var job = $$""","x":"{{new string('y', 60_000)}}" """;

        (await _program.RunScriptAsync("exec <&-; echo '{}'", job)).ToString().Should().Be("{}");
    }

    [Fact]
    public async Task It_does_not_wait_for_children_that_hold_the_output_and_gives_the_next_job_files_of_its_own()
    {
        (await _program.RunScriptAsync($"sleep 1000 & echo $! >{_program.File("child")}; echo '{{\"a\":1}}'")).ToString().Should().Be("""{"a":1}""");
        (await _program.RunScriptAsync("echo '{\"b\":1}'")).ToString().Should().Be("""{"b":1}""");

        using var child = System.Diagnostics.Process.GetProcessById(await _program.NumberInAsync("child"));
        child.Kill();
    }

    [Fact]
    public async Task It_ends_a_program_and_its_children_when_it_is_not_needed_S11()
    {
        using var stop = new CancellationTokenSource();
        var run = _program.RunScriptAsync($"sleep 1000 & echo $! >{_program.File("child")}; wait", "", stop.Token);
        var child = await _program.NumberInAsync("child");

        await stop.CancelAsync();

        await run.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        await ProgramUnderTest.UntilGoneAsync(child);
    }
}
