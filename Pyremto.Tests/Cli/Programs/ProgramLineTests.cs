using Pyremto.Cli.Programs;

namespace Pyremto.Tests.Cli.Programs;

public class ProgramLineTests
{
    [Theory]
    [InlineData("--lr={lr}", "--lr=0.10")]
    [InlineData("{lr}{name}", "0.10a b")]
    [InlineData("{opt.depth}", "3")]
    [InlineData("{a.b}", "dotted")]
    [InlineData("{a.b.c}", "deep")]
    [InlineData("{opt}", """{"depth":3}""")]
    [InlineData("{list}", "[1,2]")]
    [InlineData("{flag}", "true")]
    [InlineData("{nothing}", "null")]
    [InlineData("{huge}", "1e400")]
    [InlineData("{empty}", "")]
    [InlineData("{with space}", "yes")]
    [InlineData("{{lr}}", "{lr}")]
    [InlineData("{{}}", "{}")]
    [InlineData("{{{lr}}}", "{0.10}")]
    [InlineData("", "")]
    [InlineData("$HOME;`ls`", "$HOME;`ls`")]
    public void A_field_in_braces_stands_for_its_text_and_double_braces_for_braces(string argument, string expected)
    {
        var description = JsonText.Parse(
            """
            {"lr":0.10,"name":"a b","opt":{"depth":3},"a.b":"dotted","a":{"b":{"c":"deep"}},"list":[1,2],"flag":true,"nothing":null,
             "huge":1e400,"empty":"","with space":"yes"}
            """);

        ProgramLine.Parse(["program", argument]).ArgumentsFor(description).Should().Equal(expected);
    }

    [Theory]
    [InlineData("{lr", "'{'")]
    [InlineData("lr}", "'}'")]
    [InlineData("{a{b}", "'{'")]
    [InlineData("{}", "no field")]
    [InlineData("{{{}", "no field")]
    public void A_brace_without_its_partner_is_refused_with_the_way_to_write_one(string argument, string problem)
    {
        var parsing = () => ProgramLine.Parse(["program", argument]);

        parsing.Should().Throw<ProgramLineException>().Which.Message.Should().Contain($"'{argument}'").And.Contain(problem).And.Contain("{{ and }}");
    }

    [Fact]
    public void A_line_without_a_program_is_refused()
    {
        FluentActions.Invoking(() => ProgramLine.Parse([])).Should().Throw<ProgramLineException>().WithMessage("*PROGRAM*");
        FluentActions.Invoking(() => ProgramLine.Parse([""])).Should().Throw<ProgramLineException>().WithMessage("*PROGRAM*");
    }

    [Fact]
    public void A_program_that_would_come_from_the_job_is_refused() =>
        FluentActions.Invoking(() => ProgramLine.Parse(["{tool}", "x"])).Should().Throw<ProgramLineException>().WithMessage("*'{tool}'*");

    [Fact]
    public void A_field_that_the_description_lacks_fails_the_job_with_its_name_and_those_there_are()
    {
        var line = ProgramLine.Parse(["program", "--lr={learning_rate}"]);

        var expanding = () => line.ArgumentsFor(JsonText.Parse("""{"lr":1,"opt":{"depth":3}}"""));

        expanding.Should().Throw<JobFailedException>().Which.Message.Should()
            .Contain("'--lr={learning_rate}'").And.Contain("'learning_rate'").And.Contain("'lr', 'opt.depth'");
    }

    [Fact]
    public void A_description_without_any_field_says_so() =>
        FluentActions.Invoking(() => ProgramLine.Parse(["program", "{x}"]).ArgumentsFor(JsonText.Parse("{}")))
            .Should().Throw<JobFailedException>().WithMessage("*it has none.*");

    [Theory]
    [InlineData("""{"x":"a\u0000b"}""", "NUL")]
    [InlineData("""{"x":"\ud800"}""", "surrogate")]
    public void Text_that_no_argument_can_hold_fails_the_job(string description, string problem) =>
        FluentActions.Invoking(() => ProgramLine.Parse(["program", "{x}"]).ArgumentsFor(JsonText.Parse(description)))
            .Should().Throw<JobFailedException>().Which.Message.Should().Contain(problem);
}
