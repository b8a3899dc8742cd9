using System.Text;
using Pyremto.Cli.Programs;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Cli.Programs;

public sealed class FailureTests : IAsyncDisposable
{
    private readonly ProgramUnderTest _program = new();

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    [Fact]
    public async Task An_exit_code_fails_the_job_with_code_host_and_last_words()
    {
        var failure = await _program.FailScriptAsync("""echo '{"a":1}'; echo 'no CUDA device' >&2; exit 3""");

        failure.ExitCode.Should().Be(3);
        failure.Final.Should().BeFalse();
        failure.Message.Should().StartWith($"'sh' ended with exit code 3 on {Environment.MachineName}.").And.EndWith("\nno CUDA device");
    }

    [Theory]
    [InlineData("exit 137", 137, "exit code 137, as after SIGKILL (signal 9)")]
    [InlineData("kill -KILL $$", 137, "killed by SIGKILL (signal 9)")]
    [InlineData("kill -SEGV $$", 139, "killed by SIGSEGV (signal 11)")]
    [InlineData("kill -PIPE $$", 141, "killed by SIGPIPE (signal 13)")]
    [InlineData("exit 255", 255, "exit code 255")]
    public async Task A_signal_counts_as_128_and_its_number(string script, int code, string words)
    {
        var failure = await _program.FailScriptAsync(script);

        failure.ExitCode.Should().Be(code);
        failure.Message.Should().Contain(words);
        failure.Message.Contains("memory", StringComparison.Ordinal).Should().Be(code == 137);
    }

    [Fact]
    public async Task The_last_16_KiB_of_stderr_are_told_cut_between_characters()
    {
        // An odd number of bytes, so that the cut falls into a character.
        var failure = await _program.FailScriptAsync("""yes é | head -n 20000 | tr -d '\n' >&2; printf x >&2; exit 1""");

        var told = failure.Message[(failure.Message.IndexOf('\n', StringComparison.Ordinal) + 1)..];
        told.Should().Be(string.Concat(Enumerable.Repeat('é', 8191)) + "x");
    }

    [Fact]
    public async Task Stderr_that_is_no_UTF8_is_told_as_far_as_it_is_text() =>
        (await _program.FailScriptAsync("printf 'caf\\351\\n' >&2; exit 1")).Message.Should().EndWith("caf\ufffd");

    [Fact]
    public async Task Without_stderr_the_end_of_stdout_is_told()
    {
        (await _program.FailScriptAsync("echo 'Traceback: on the wrong stream'; exit 1")).Message.Should()
            .Contain("nothing to stderr").And.EndWith("Traceback: on the wrong stream");
        (await _program.FailScriptAsync("exit 1")).Message.Should().EndWith("It wrote nothing.");
    }

    [Fact]
    public async Task The_full_output_of_a_failed_attempt_is_kept_and_its_place_is_told()
    {
        var failure = await _program.FailScriptAsync("seq 100000; echo why >&2; exit 1");

        var kept = Path.Combine(_program.Settings.FailedFolder!, "tests-job-0-attempt-2");
        failure.Message.Split('\n')[0].Should().Contain($"{kept}.err and {kept}.out");
        (await File.ReadAllLinesAsync($"{kept}.out")).Should().HaveCount(100_000).And.EndWith("100000");
        (await File.ReadAllTextAsync($"{kept}.err")).Should().Be("why\n");
        File.GetUnixFileMode($"{kept}.err").Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task The_output_of_an_attempt_that_printed_no_result_is_kept_too()
    {
        var failure = await _program.FailScriptAsync("echo almost");

        var kept = Path.Combine(_program.Settings.FailedFolder!, "tests-job-0-attempt-2.out");
        failure.Message.Should().Contain(kept);
        (await File.ReadAllTextAsync(kept)).Should().Be("almost\n");
    }

    [Fact]
    public async Task Nothing_is_kept_of_what_went_well_or_said_nothing_and_no_job_sees_the_output_of_another()
    {
        await _program.FailScriptAsync("exit 1");
        await _program.RunScriptAsync("echo noise >&2; echo '{\"a\":1}'");

        Directory.Exists(_program.Settings.FailedFolder).Should().BeFalse();
        (await _program.FailScriptAsync("true")).Message.Should().Contain("printed no result");
    }

    [Fact]
    public async Task A_logs_folder_keeps_all_output_and_has_it_while_the_program_runs()
    {
        using var directory = new TempDirectory();
        var logs = directory.File("new/logs");
        await using var program = new ProgramUnderTest(settings => settings with { LogsFolder = logs });

        var result = await program.RunScriptAsync($"echo early; grep -c early {logs}/tests-job-0-attempt-2.out >&2; echo '{{}}'");
        var failure = await program.FailScriptAsync("echo late; exit 1");
        await program.RunScriptAsync("""echo '{}' >"$PYREMTO_RESULT" """);

        result.ToString().Should().Be("{}");
        (await File.ReadAllTextAsync(Path.Combine(logs, "tests-job-0-attempt-2.err"))).Should().Be("1\n");
        failure.Message.Should().Contain(Path.Combine(logs, "tests-job-1-attempt-2.out"));
        Directory.GetFiles(logs).Select(Path.GetFileName).Order(StringComparer.Ordinal).Should().Equal(
            ["tests-job-0-attempt-2.err", "tests-job-0-attempt-2.out", "tests-job-1-attempt-2.out"], "empty files are not kept");
    }

    [Fact]
    public async Task A_program_may_open_its_own_output_anew()
    {
        await _program.FailScriptAsync("echo one >/dev/stderr; echo two >&2; echo three >/dev/stderr; echo four >&2; exit 1");

        var kept = await File.ReadAllBytesAsync(Path.Combine(_program.Settings.FailedFolder!, "tests-job-0-attempt-2.err"));
        kept.Should().NotContain(0, "no hole is left where the file was truncated");
        Encoding.UTF8.GetString(kept).Should().EndWith("three\nfour\n");
    }

    [Fact]
    public void Files_of_tags_that_are_no_plain_names_have_plain_names_that_differ()
    {
        var names = new[] { "a b", "a_b", "a:b", ".a", new string('x', 128), new string('x', 127), "", "é" }.Select(tag => OutputName.Of(tag, 3, 1)).ToList();

        names.Should().OnlyHaveUniqueItems();
        names.Should().AllSatisfy(name => name.Should().MatchRegex("^[A-Za-z0-9_][A-Za-z0-9_.~-]{1,120}$"));
        names[1].Should().Be("a_b-job-3-attempt-1");
    }
}
