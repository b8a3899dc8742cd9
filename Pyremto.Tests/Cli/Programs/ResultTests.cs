using System.Text;

namespace Pyremto.Tests.Cli.Programs;

public sealed class ResultTests : IAsyncDisposable
{
    private readonly ProgramUnderTest _program = new();

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    [Theory]
    [InlineData("""echo starting; echo '{"a":1}'; echo ' {"b": [2, 9223372036854775808]} '; echo; echo done""", """{"b":[2,9223372036854775808]}""")]
    [InlineData("""printf '{"a":1}'""", """{"a":1}""")]
    [InlineData("""printf '{"a":1}\r\nbye\r\n'""", """{"a":1}""")]
    [InlineData("""echo '{"a":1}'; echo '{half'; echo 3; echo '[4]'; echo '"{}"'""", """{"a":1}""")]
    [InlineData("""echo '{"z":1,"a":1e400}'; echo "{'b': 2}" """, """{"z":1,"a":1e400}""")]
    [InlineData("""echo '{"a":1}'; head -c 300000 /dev/zero; echo; yes x | head -n 100000""", """{"a":1}""")]
    [InlineData("""echo '{"a":1}'; printf '\n\n\n'; printf '\377\376 no text'""", """{"a":1}""")]
    public async Task The_result_is_the_last_line_of_stdout_that_is_a_JSON_object(string script, string expected) =>
        (await _program.RunScriptAsync(script)).ToString().Should().Be(expected);

    [Fact]
    public async Task A_line_may_be_longer_than_what_is_read_at_a_time()
    {
        var result = await _program.RunScriptAsync("""printf '{"x":"'; head -c 500000 /dev/zero | tr '\0' y; echo '"}'; echo bye""");

        result.Length.Should().Be(500_000 + """{"x":""}""".Length);
    }

    [Fact]
    public async Task S13_a_diverged_result_keeps_its_NaN_and_is_null_to_others()
    {
        var result = await _program.RunScriptAsync("""echo '{"loss": NaN, "bound": -Infinity}'""");

        Encoding.UTF8.GetString(result.Original.Span).Should().Be("""{"loss":NaN,"bound":-Infinity}""");
        result.ToString().Should().Be("""{"loss":null,"bound":null}""");
    }

    [Theory]
    [InlineData("""echo '{"a":1}'; printf '{\n  "b": 2\n}\n' >"$PYREMTO_RESULT" """, """{"b":2}""")]
    [InlineData("""printf '\357\273\277{"b": NaN}' >"$PYREMTO_RESULT" """, """{"b":null}""")]
    [InlineData("""echo '{"b":2}' >"$PYREMTO_RESULT.tmp"; mv "$PYREMTO_RESULT.tmp" "$PYREMTO_RESULT" """, """{"b":2}""")]
    public async Task The_file_that_PYREMTO_RESULT_names_comes_first(string script, string expected) =>
        (await _program.RunScriptAsync(script)).ToString().Should().Be(expected);

    [Theory]
    [InlineData("""echo '{"a":1}'; printf '{"b": 2' >"$PYREMTO_RESULT" """, "no JSON object")]
    [InlineData("""echo '{"a":1}'; : >"$PYREMTO_RESULT" """, "no JSON object")]
    [InlineData("""echo '{"a":1}'; echo '[1]' >"$PYREMTO_RESULT" """, "no object")]
    [InlineData("""echo '{"a":1}'; mkdir "$PYREMTO_RESULT" """, "folder")]
    [InlineData("""echo '{"a":1}'; head -c 1100000 /dev/zero | tr '\0' 1 >"$PYREMTO_RESULT" """, "no object")]
    [InlineData("""truncate -s 1G "$PYREMTO_RESULT" """, "1,048,576")]
    public async Task A_file_that_holds_no_result_fails_the_job_whatever_was_printed(string script, string problem)
    {
        var failure = await _program.FailScriptAsync(script);

        failure.Message.Should().Contain("PYREMTO_RESULT").And.Contain(problem);
        (await _program.RunScriptAsync("echo '{}'")).ToString().Should().Be("{}", "the next job starts without that file");
    }

    [Theory]
    [InlineData("true")]
    [InlineData("echo 0.5")]
    [InlineData("printf '\\n\\n'")]
    [InlineData("head -c 1000000 /dev/urandom")]
    [InlineData("echo '{\"a\":1}' >&2")]
    public async Task A_program_that_ends_well_without_a_result_fails_with_the_advice_to_use_raw(string script)
    {
        var failure = await _program.FailScriptAsync(script);

        failure.Message.Should().Contain("--raw").And.Contain("PYREMTO_RESULT").And.Contain(Environment.MachineName);
        failure.ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task Half_a_JSON_object_at_the_very_end_is_no_result_and_neither_is_what_stands_before()
    {
        var failure = await _program.FailScriptAsync("""echo '{"epoch":1}'; printf '{"loss": 0.1, "acc'""");

        failure.Message.Should().Contain("does not end").And.Contain("--raw");
    }

    [Theory]
    [InlineData("echo \"{'loss': 0.1}\"", "not valid JSON")]
    [InlineData("printf '{\"name\":\"\\351\"}\\n'", "UTF-8")]
    public async Task What_only_looks_like_an_object_is_told(string script, string problem) =>
        (await _program.FailScriptAsync(script)).Message.Should().Contain(problem);

    [Fact]
    public async Task A_result_beyond_the_limit_is_refused_with_the_limit_named_S16()
    {
        (await _program.FailScriptAsync("""printf '{"x":"'; head -c 1100000 /dev/zero | tr '\0' y; echo '"}'"""))
            .Message.Should().Contain("1,100,008").And.Contain("1,048,576");
        (await _program.FailScriptAsync("""echo '{"a":1}'; printf '{"x":"'; head -c 9000000 /dev/zero | tr '\0' y; echo '"}'"""))
            .Message.Should().Contain("9,000,008").And.Contain("1,048,576");
    }

    [Fact]
    public async Task Millions_of_lines_that_only_look_like_objects_are_given_up_soon() =>
        (await _program.FailScriptAsync("yes \"{'a': 1}\" | head -n 2000000")).Message.Should().Contain("not valid JSON");

    [Theory]
    [InlineData("printf 'a\\nb\\n'", "a\nb")]
    [InlineData("printf 'a\\n\\n'", "a\n")]
    [InlineData("printf 'a\\r\\n'", "a")]
    [InlineData("printf 'no newline'", "no newline")]
    [InlineData("true", "")]
    [InlineData("printf 'caf\\351 \\303\\251'", "caf\ufffd é")]
    [InlineData("printf '\\033[1m\\000\"'", "\u001b[1m\0\"")]
    [InlineData("echo '{\"a\":1}'", "{\"a\":1}")]
    public async Task Raw_takes_all_of_stdout_as_the_result(string script, string expected)
    {
        await using var program = new ProgramUnderTest(settings => settings with { Raw = true });

        using var result = System.Text.Json.JsonDocument.Parse((await program.RunScriptAsync(script)).Utf8);

        result.RootElement.EnumerateObject().Should().ContainSingle().Which.Name.Should().Be("stdout");
        result.RootElement.GetProperty("stdout").GetString().Should().Be(expected);
    }

    [Fact]
    public async Task Raw_gives_way_to_a_result_that_was_written_to_the_file()
    {
        await using var program = new ProgramUnderTest(settings => settings with { Raw = true });

        (await program.RunScriptAsync("""echo noise; echo '{"b":2}' >"$PYREMTO_RESULT" """)).ToString().Should().Be("""{"b":2}""");
    }

    [Fact]
    public async Task Raw_refuses_more_than_the_limit_and_names_it_S16()
    {
        await using var program = new ProgramUnderTest(settings => settings with { Raw = true });

        (await program.FailScriptAsync("truncate -s 1G /proc/self/fd/1")).Message.Should().Contain("1,073,741,824").And.Contain("1,048,576");
        (await program.FailScriptAsync("head -c 1000000 /dev/zero")).Message.Should()
            .Contain("6,000,013", "NULs grow to six letters each").And.Contain("1,048,576");
    }
}
