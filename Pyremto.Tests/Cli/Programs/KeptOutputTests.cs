using System.Runtime.Versioning;

namespace Pyremto.Tests.Cli.Programs;

/// <summary>The output of failed attempts, where there is no place to keep it.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class KeptOutputTests
{
    [Fact]
    public async Task Output_that_cannot_be_kept_hides_no_failure_and_gets_into_no_other_result()
    {
        await using var program = new ProgramUnderTest(static settings => settings with { Raw = true, FailedFolder = "/dev/null/failed" });

        var failure = await program.FailScriptAsync("echo first; echo broken >&2; exit 3");
        var result = await program.RunScriptAsync("echo second");

        failure.ExitCode.Should().Be(3);
        failure.Message.Should().Contain("could not be kept").And.Contain("/dev/null/failed").And.EndWith("\nbroken");
        result.ToString().Should().Be("""{"stdout":"second"}""");
    }

    [Fact]
    public async Task Logs_that_cannot_be_written_fail_each_job_and_stop_nothing()
    {
        await using var program = new ProgramUnderTest(static settings => settings with { Raw = true, LogsFolder = "/dev/null/logs" });

        var first = await program.FailScriptAsync("echo first");
        var second = await program.FailScriptAsync("echo second");

        first.Message.Should().Contain("/dev/null/logs");
        second.Message.Should().Be(first.Message);
    }
}
