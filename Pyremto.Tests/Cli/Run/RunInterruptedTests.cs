namespace Pyremto.Tests.Cli.Run;

/// <summary>Runs that are ended in the middle, and repeated.</summary>
public sealed class RunInterruptedTests : IAsyncLifetime
{
    private readonly RunFolder _folder = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _folder.DisposeAsync();

    [SkippableFact]
    public async Task Killed_and_repeated_runs_only_what_was_unfinished_and_leaves_no_orphan()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        var run = await StartUntilHeldAsync();

        await run.SignalAsync("KILL");
        await run.WaitAsync();
        await _folder.WaitForEndOfProgramsAsync();
        _folder.Remove("hold");
        var end = await _folder.RunAsync();

        end.ExitCode.Should().Be(0, $"{end}");
        RunFolder.Results(end.Output).Should().Equal(Enumerable.Range(0, 10).Select(i => (i, 0, i)));
        _folder.Starts.Select(start => start.Value).Should().BeEquivalentTo([0, 1, 2, 3, 4, 5, 5, 6, 6, 7, 8, 9]);
        end.Errors.Should().Contain("Running 5 jobs, 2 at a time, 5 of 10 are done already");
    }

    [SkippableFact]
    public async Task Ctrl_C_once_finishes_what_runs()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        var run = await StartUntilHeldAsync("-o", "r.jsonl");

        await run.SignalAsync("INT");
        await run.WaitForErrorsAsync("Finishing what runs");
        _folder.Remove("hold");
        var end = await run.WaitAsync();

        end.ExitCode.Should().Be(130, $"{end}");
        end.Errors.Should().Contain("7 of 10 jobs done. Results: r.jsonl").And.Contain("The same command runs the rest.");
        _folder.Starts.Should().HaveCount(7);
        RunFolder.Results(await File.ReadAllTextAsync(_folder.Path("r.jsonl"))).Should().HaveCount(7);
        (await _folder.RunAsync("-o", "r.jsonl")).ExitCode.Should().Be(0);
        _folder.Starts.Should().HaveCount(10);
    }

    [SkippableFact]
    public async Task Ctrl_C_twice_gives_the_jobs_back_at_once()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        var run = await StartUntilHeldAsync();

        await run.SignalAsync("INT");
        await run.WaitForErrorsAsync("Finishing what runs");
        await run.SignalAsync("INT");
        var end = await run.WaitAsync();

        end.ExitCode.Should().Be(130, $"{end}");
        end.Output.Should().BeEmpty("a part of the results on standard output would look like all");
        await _folder.WaitForEndOfProgramsAsync();
        _folder.Remove("hold");
        var again = await _folder.RunAsync("-n", "1");
        again.ExitCode.Should().Be(0, $"what was given back has spent no attempt: {again}");
    }

    [SkippableFact]
    public async Task SIGTERM_ends_the_programs_and_gives_the_jobs_back()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        var run = await StartUntilHeldAsync();

        await run.SignalAsync("TERM");
        var end = await run.WaitAsync();

        end.ExitCode.Should().Be(130, $"{end}");
        await _folder.WaitForEndOfProgramsAsync();
    }

    [SkippableFact]
    public async Task A_second_run_on_the_same_state_is_refused_while_the_first_goes_on()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        var run = await StartUntilHeldAsync();

        var second = await _folder.RunAsync();
        _folder.Remove("hold");
        var first = await run.WaitAsync();

        second.ExitCode.Should().Be(2);
        second.ErrorLines.Should().ContainSingle().Which.Should().Contain("Another run of these jobs is under way").And.Contain($"{run.Id}");
        first.ExitCode.Should().Be(0);
        _folder.Starts.Should().HaveCount(10);
    }

    /// <summary>Starts a run and waits until jobs 5 and 6 are held, so that 0 to 4 are done durably.</summary>
    private async Task<PyremtoProcess> StartUntilHeldAsync(params string[] options)
    {
        _folder.Touch("hold");
        var run = _folder.Shell.Start(RunFolder.Run(options));
        run.EndInput();
        await _folder.WaitForStartsAsync(7);
        await RunFolder.WaitUntilItTakesSignalsAsync(run);
        return run;
    }
}
