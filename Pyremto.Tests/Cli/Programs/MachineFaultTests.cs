using System.Runtime.Versioning;
using System.Text.Json;
using Pyremto.Cli.Programs;
using Pyremto.Tests.Support;
using Pyremto.Tests.Transport.NamedPipes;

namespace Pyremto.Tests.Cli.Programs;

/// <summary>Machines on which no program can be run for a while. No job is to pay for that with an attempt.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class MachineFaultTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_folder_that_a_cleaner_removed_is_made_again_and_no_job_fails()
    {
        await using var program = new ProgramUnderTest(static settings => settings);
        var folder = await FolderAsync(program);

        Directory.Delete(folder, recursive: true);
        var next = await program.RunScriptAsync("""echo '{"by":"file"}' >"$PYREMTO_RESULT" """);
        Directory.Delete(folder, recursive: true);
        var failure = await program.FailScriptAsync("head -c 5000 /dev/zero; exit 3");

        next.ToString().Should().Be("""{"by":"file"}""");
        failure.ExitCode.Should().Be(3);
        File.GetUnixFileMode(folder).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task S9_a_job_whose_folder_is_removed_under_its_program_is_given_back()
    {
        await using var program = new ProgramUnderTest(static settings => settings, _time);
        var run = program.RunScriptAsync("""rm -r "$(dirname "$PYREMTO_RESULT")"; echo '{}' >"$PYREMTO_RESULT" """);

        await _time.UntilTimerAsync(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));

        (await run.Awaiting(task => task).Should().ThrowAsync<JobReleasedException>()).WithMessage("*was removed*");
        (await program.RunScriptAsync("echo '{}'")).ToString().Should().Be("{}");
    }

    [Fact]
    public async Task S9_while_no_program_can_be_run_jobs_are_given_back_after_pauses_that_grow_to_a_minute()
    {
        var logs = _directory.File("logs");
        await using var program = new ProgramUnderTest(settings => settings with { LogsFolder = logs }, _time);
        Directory.Delete(logs);
        await File.WriteAllTextAsync(logs, "no folder any more");

        foreach (var seconds in (int[])[1, 2, 4, 8, 16, 32, 60, 60])
        {
            var run = program.RunScriptAsync("echo '{}'");
            await _time.UntilTimerAsync(TimeSpan.FromSeconds(seconds));
            _time.Advance(TimeSpan.FromSeconds(seconds));
            (await run.Awaiting(task => task).Should().ThrowAsync<JobReleasedException>()).WithMessage("No program can be run*logs*");
        }
        File.Delete(logs);
        (await program.RunScriptAsync("echo '{}'")).ToString().Should().Be("{}");
    }

    [Fact]
    public async Task S9_where_a_program_that_ran_before_is_gone_jobs_are_given_back_until_it_is_there_again()
    {
        var file = _directory.File("program");
        await WriteProgramAsync(file);
        await using var program = new ProgramUnderTest([file], static settings => settings, _time);
        await program.RunAsync("{}");
        File.Delete(file);

        var run = program.RunAsync("{}");
        await _time.UntilTimerAsync(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        (await run.Awaiting(task => task).Should().ThrowAsync<JobReleasedException>()).WithMessage("*any more*");
        await WriteProgramAsync(file);
        (await program.RunAsync("{}")).ToString().Should().Be("{}");
    }

    [Fact]
    public async Task A_job_too_long_for_the_programs_arguments_fails_even_where_others_ran()
    {
        await using var program = new ProgramUnderTest("sh", "-c", "echo {{}}", "{x}");
        await program.RunAsync("""{"x":1}""");

        (await program.FailAsync($$"""{"x":"{{new string('y', 3 << 20)}}"}""")).Message.Should().Contain("longer than the system allows");
    }

    [Fact]
    public void A_slot_that_works_does_not_end_the_outage_of_another()
    {
        var log = new RecordingLogger();
        var outage = new MachineOutage(slots: 2, _time, log);

        for (var i = 0; i < 3; i++)
        {
            _ = outage.PauseAsync(0, "Broken.", CancellationToken.None);
            outage.Over(1);
        }
        log.Lines.Should().ContainSingle().Which.Should().Contain("Broken.");
        outage.Over(0);
        outage.Over(1);

        log.Lines.Should().HaveCount(2);
        log.Lines[1].Should().Contain("Programs can be run again.");
    }

    [Fact]
    public async Task A_job_that_is_not_needed_any_more_does_not_wait_for_the_machine()
    {
        using var stop = new CancellationTokenSource();
        await using var program = new ProgramUnderTest(static settings => settings, _time);
        var run = program.RunScriptAsync("""rm -r "$(dirname "$PYREMTO_RESULT")"; exit 1""", cancellationToken: stop.Token);
        await _time.UntilTimerAsync(TimeSpan.FromSeconds(1));

        await stop.CancelAsync();

        await run.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
    }

    [Theory]
    [InlineData(Libc.TryAgain)]
    [InlineData(Libc.NoMemory)]
    [InlineData(Libc.TooManyFiles)]
    [InlineData(Libc.TooManyFilesInSystem)]
    public void A_machine_that_lacks_what_any_program_needs_is_not_the_jobs_fault(int error) =>
        StartProblem.Of(error, "/bin/sh", "sh").Should().BeOfType<MachineFaultException>();

    [Fact]
    public void Folders_that_killed_processes_left_are_removed_after_a_day_and_those_in_use_never()
    {
        var now = _time.GetUtcNow();
        var parent = _directory.File("running");
        using var used = PrivateFolder.Create(parent, now);
        File.GetUnixFileMode(parent).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var left = Directory.CreateDirectory(used.Path + "left");
        left.LastWriteTimeUtc = now.UtcDateTime;
        var others = Directory.CreateDirectory(Path.Combine(parent, "pyremto-another-machine-x"));

        using (var soon = PrivateFolder.Create(parent, now))
            left.Refresh();
        left.Exists.Should().BeTrue();
        using (var later = PrivateFolder.Create(parent, now + TimeSpan.FromDays(2)))
            left.Refresh();

        left.Exists.Should().BeFalse();
        Directory.Exists(used.Path).Should().BeTrue();
        others.Exists.Should().BeTrue();
    }

    [Theory]
    [InlineData(0x1ff)]
    [InlineData(0x3ff)]
    public void A_folder_that_others_use_too_stays_open_to_them(int mode)
    {
        var parent = Directory.CreateDirectory(_directory.File("shared")).FullName;
        File.SetUnixFileMode(parent, (UnixFileMode)mode);

        using var folder = PrivateFolder.Create(parent, _time.GetUtcNow());
        if (((UnixFileMode)mode).HasFlag(UnixFileMode.StickyBit))
            PrivateFile.CreateFolder(parent);

        File.GetUnixFileMode(parent).Should().Be((UnixFileMode)mode);
        File.GetUnixFileMode(folder.Path).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void Where_no_folder_can_be_made_it_is_among_temporary_files()
    {
        using var folder = PrivateFolder.Create("/dev/null/running", _time.GetUtcNow());

        folder.Path.Should().StartWith(Path.GetTempPath());
        folder.FindProblem().Should().BeNull();
    }

    private static async Task WriteProgramAsync(string file)
    {
        await File.WriteAllTextAsync(file + ".new", "#!/bin/sh\necho '{}'\n");
        File.SetUnixFileMode(file + ".new", UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.Move(file + ".new", file);
    }

    private static async Task<string> FolderAsync(ProgramUnderTest program)
    {
        var said = await program.RunScriptAsync("""echo "{\"file\":\"$PYREMTO_RESULT\"}" """);
        using var json = JsonDocument.Parse(said.ToString());
        return Path.GetDirectoryName(json.RootElement.GetProperty("file").GetString())!;
    }
}
