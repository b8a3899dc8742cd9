using System.Runtime.Versioning;
using Pyremto.Cli.Programs;

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
    public void Logs_that_cannot_be_written_are_told_before_any_job_is_asked_for() =>
        FluentActions.Invoking(static () => new ProgramUnderTest(static settings => settings with { LogsFolder = "/dev/null/logs" }))
            .Should().Throw<ProgramLineException>().WithMessage("*/dev/null/logs*--logs*");
}
