using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using Pyremto.Cli.Programs;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Cli.Programs;

[UnsupportedOSPlatform("windows")]
public sealed class StartingTests : IDisposable
{
    /// <summary>Signals 32 and 33, which no program sees.</summary>
    private const ulong CLibrarysOwn = 3UL << 31;

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Arguments_arrive_as_they_are()
    {
        await using var program = new ProgramUnderTest(
            ["sh", "-c", """for argument in "$@"; do printf '<%s>' "$argument"; done""", "sh", "", "a\nb", "{{}}", "*", "$HOME", "'\"", "{x}", "é", "-"],
            settings => settings with { Raw = true });

        var result = await program.RunAsync("""{"x":"; rm -rf \"$HOME\"\n"}""");

        Stdout(result).Should().Be("<><a\nb><{}><*><$HOME><'\"><; rm -rf \"$HOME\"\n><é><->");
    }

    [Fact]
    public async Task The_job_is_on_stdin_and_in_the_environment()
    {
        await using var program = new ProgramUnderTest(settings => settings with { Raw = true });

        var result = await program.RunScriptAsync(
            """
            cat; echo
            printf '%s\n' "$PYREMTO_JOB" "$PYREMTO_JOB_ID" "$PYREMTO_ATTEMPT" "$PYREMTO_TAG" "$PYREMTO_REPETITION" "$PYREMTO_SLOT"
            """,
            """ ,"n": 9223372036854775808, "e": 1e400""");

        var lines = Stdout(result).Split('\n');
        lines[0].Should().EndWith(""","n":9223372036854775808,"e":1e400}""").And.Be(lines[1]);
        lines[2..].Should().Equal("0", "2", "tests", "7", "0");
    }

    [Fact]
    public async Task A_description_too_long_for_a_variable_is_on_stdin_alone()
    {
        await using var program = new ProgramUnderTest(
            "sh", "-c", """printf '{{"bytes":%s,"job":"%s","id":"%s"}}' "$(wc -c)" "${{PYREMTO_JOB-unset}}" "$PYREMTO_JOB_ID" """);
        const int longest = (128 << 10) - 1 - 12; // "PYREMTO_JOB=" and the end

        (await program.RunAsync(Of(longest + 1))).ToString().Should().Be($$"""{"bytes":{{longest + 1}},"job":"unset","id":"0"}""");
        (await program.RunAsync(Of(5_000_000))).ToString().Should().Be("""{"bytes":5000000,"job":"unset","id":"1"}""");

        await using var counting = new ProgramUnderTest("sh", "-c", """printf '{{"job":%s}}' "${{#PYREMTO_JOB}}" """);
        (await counting.RunAsync(Of(longest))).ToString().Should().Be($$"""{"job":{{longest}}}""");

        static string Of(int length) => $$"""{"x":"{{new string('y', length - 8)}}"}""";
    }

    [Theory]
    [InlineData(100)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(10_000_000)]
    public async Task A_program_need_not_read_its_stdin(int length)
    {
        await using var program = new ProgramUnderTest("sh", "-c", "exec <&-; echo '{{\"ok\":1}}'");

        (await program.RunAsync($$"""{"x":"{{new string('y', length - 8)}}"}""")).ToString().Should().Be("""{"ok":1}""");
    }

    [Fact]
    public async Task The_environment_is_ours_with_what_the_settings_add_or_take_away()
    {
        await using var program = new ProgramUnderTest(settings => settings with
        {
            Raw = true,
            Environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["SEED"] = "a=b\nc", ["HOME"] = null },
        });

        Stdout(await program.RunScriptAsync("""echo "${PATH:+path}" "${HOME-none}" "$SEED" """)).Should().Be("path none a=b\nc");
    }

    [Theory]
    [InlineData("PYREMTO_PASSWORD", true)]
    [InlineData("PYREMTO_OPERATOR_KEY", true)]
    [InlineData("Pyremto__Http__OperatorKey", true)]
    [InlineData("Pyremto__Workers__work__Password", true)]
    [InlineData("PYREMTO_VIEW_TOKEN", true)]
    [InlineData("PYREMTO_URL", false)]
    [InlineData("MY_PASSWORD", false)]
    public void Passwords_and_keys_of_coordinators_are_no_programs_business(string variable, bool secret) =>
        ProgramEnvironment.IsSecret(variable).Should().Be(secret);

    [Fact]
    public async Task GPUs_are_given_by_slot_in_turn()
    {
        await using var program = new ProgramUnderTest(settings => settings with { Raw = true, Concurrency = 3, Gpus = ["0", "GPU-5,7"] });

        var seen = await Task.WhenAll(
            Enumerable.Range(0, 3).Select(slot => program.RunScriptAsync("""echo "$PYREMTO_SLOT: $CUDA_VISIBLE_DEVICES" """, slot: slot)));

        seen.Select(Stdout).Should().Equal("0: 0", "1: GPU-5,7", "2: 0");
    }

    [Fact]
    public async Task A_program_has_a_session_of_its_own_signals_as_usual_and_no_file_of_ours()
    {
        await using var program = new ProgramUnderTest(settings => settings with { Raw = true });

        var lines = Stdout(await program.RunScriptAsync(
            """
            [ "$(cut -d ' ' -f 6 /proc/$$/stat)" = $$ ] && echo leader
            while read -r name mask; do case $name in SigIgn:|SigBlk:) echo $mask; esac; done </proc/$$/status
            ls /proc/$$/fd | tr '\n' ' '
            """)).Split('\n');

        lines[0].Should().Be("leader");
        lines[1..3].Should().AllSatisfy(line =>
            (ulong.Parse(line, NumberStyles.HexNumber, CultureInfo.InvariantCulture) & ~CLibrarysOwn).Should().Be(0, line));
        lines[3].TrimEnd().Split(' ').Should().Contain(["0", "1", "2"]).And.BeSubsetOf(["0", "1", "2", .. InheritedFromOurParents()]);
    }

    /// <summary>Files that who started the tests left open, which are everybody's: ours are closed where a program is started.</summary>
    private static IEnumerable<string> InheritedFromOurParents()
    {
        const int closeOnExec = 0x80000;
        foreach (var file in Directory.GetFiles("/proc/self/fdinfo"))
        {
            string? flags = null;
            try
            {
                flags = File.ReadLines(file).FirstOrDefault(line => line.StartsWith("flags:", StringComparison.Ordinal));
            }
            catch (IOException)
            {
                // Closed meanwhile, so it is not one of theirs.
            }
            if (flags is not null && (Convert.ToInt32(flags[6..].Trim(), 8) & closeOnExec) == 0)
                yield return Path.GetFileName(file);
        }
    }

    [Fact]
    public async Task A_script_that_names_no_interpreter_fails_with_what_to_do()
    {
        await using var program = new ProgramUnderTest(Script("plain", "echo '{}'\n"));

        var failure = await program.FailAsync("{}");

        failure.ExitCode.Should().Be(126);
        failure.Message.Should().Contain("#!/bin/sh").And.Contain(Environment.MachineName);
    }

    [Theory]
    [InlineData("#!/usr/bin/no-such-python -u\n", "'/usr/bin/no-such-python'")]
    [InlineData("#!/bin/sh\r\necho\r\n", "'/bin/sh\\r'")]
    public async Task A_script_whose_interpreter_is_missing_fails_with_its_name(string text, string interpreter)
    {
        await using var program = new ProgramUnderTest(Script("script", text));

        var failure = await program.FailAsync("{}");

        failure.ExitCode.Should().Be(127);
        failure.Message.Should().Contain(interpreter);
    }

    [Fact]
    public async Task A_program_that_has_gone_meanwhile_fails_its_job_and_works_again_when_it_is_back()
    {
        var script = Script("script", "#!/bin/sh\necho '{}'\n");
        await using var program = new ProgramUnderTest(script);
        File.Move(script, script + ".away");

        (await program.FailAsync("{}")).Message.Should().Contain("not at").And.Contain(script);
        File.Move(script + ".away", script);
        (await program.RunAsync("{}")).ToString().Should().Be("{}");
    }

    [Fact]
    public async Task An_argument_longer_than_the_system_takes_fails_with_what_to_do()
    {
        await using var program = new ProgramUnderTest("echo", "{x}");

        (await program.FailAsync($$"""{"x":"{{new string('y', 200_000)}}"}""")).Message.Should().Contain("128 KiB").And.Contain("standard input");
    }

    [Fact]
    public void A_missing_program_is_found_out_before_any_job() =>
        FluentActions.Invoking(() => new ProgramUnderTest("no-such-program-anywhere")).Should().Throw<ProgramLineException>();

    [Fact]
    public void Who_ignores_the_end_of_children_is_recognised()
    {
        ChildSignal.IsIgnored(["Name:\tx", "SigIgn:\t0000000000011000"]).Should().BeTrue();
        ChildSignal.IsIgnored(["Name:\tx", "SigIgn:\t0000000000001000"]).Should().BeFalse();
        ChildSignal.IsIgnored(["Name:\tx"]).Should().BeFalse();
    }

    [Fact]
    public async Task One_slot_runs_its_jobs_one_after_the_other_and_slots_run_side_by_side()
    {
        await using var program = new ProgramUnderTest(settings => settings with { Concurrency = 2 });
        var both = $"mkfifo {program.File("a")} 2>/dev/null; ";

        // Each waits for the other's end of a named pipe, so neither ends unless both run.
        var runs = await Task.WhenAll(
            program.RunScriptAsync($"{both} echo x >{program.File("a")}; echo '{{}}'", slot: 0),
            program.RunScriptAsync($"{both} cat {program.File("a")}; echo '{{}}'", slot: 1));
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => program.RunScriptAsync($"mkdir {program.File("alone")} && rmdir {program.File("alone")} && echo '{{}}'")));

        runs.Should().HaveCount(2);
    }

    private string Script(string name, string text)
    {
        var path = _directory.File(name);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private static string Stdout(JsonText result)
    {
        using var document = JsonDocument.Parse(result.Utf8);
        return document.RootElement.GetProperty("stdout").GetString()!;
    }
}
