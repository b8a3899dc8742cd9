using Microsoft.Extensions.DependencyInjection;

namespace Pyremto.Tests.Transport.NamedPipes;

public sealed class PipeNameTests
{
    public static TheoryData<string> Refused =>
    [
        "", " ", "\t", ".", "..", "/var/x", "../x", "a/b", "a\\b", "\\\\.\\pipe\\x", "C:x", "a:b", "a*b", "a?b", "a\"b", "a<b", "a>b", "a|b",
        "a b", "a\nb", "a\0b", "a\u0007b", "a\u00a0b", "a\u200bb", "a\u202eb", "anonymous", "Anonymous", new string('x', 104), new string('ü', 60), "a\ud800",
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_is_no_plain_name_is_refused_by_both_calls_of_the_builder(string name)
    {
        var pyremto = new ServiceCollection().AddPyremto();

        FluentActions.Invoking(() => pyremto.ListenOnNamedPipe(name)).Should().Throw<ArgumentException>().Which.Message.Should().NotBeNullOrWhiteSpace();
        FluentActions.Invoking(() => pyremto.UseNamedPipe(name)).Should().Throw<ArgumentException>().Which.Message.Should().NotBeNullOrWhiteSpace();
    }

    [Theory]
    [InlineData("pyremto")]
    [InlineData("svr.2026-11_a+b,c=d@e")]
    [InlineData("ein-Rechner-für-alle")]
    [InlineData("...")]
    public void Plain_names_are_taken(string name)
    {
        var pyremto = new ServiceCollection().AddPyremto();

        pyremto.ListenOnNamedPipe(name).UseNamedPipe(name).Should().BeSameAs(pyremto);
    }

    [Fact]
    public void The_longest_name_is_the_longest_that_the_operating_system_takes()
    {
        var longest = new string('x', 103 - PipeName.SocketPath(PipeName.OfAnswers("")).Length);

        PipeName.Check(longest).Should().Be(longest);
        FluentActions.Invoking(() => PipeName.Check(longest + "x")).Should().Throw<ArgumentException>().WithMessage("*too long by 1 *");
    }

    [Fact]
    public void No_name_at_all_is_refused() =>
        FluentActions.Invoking(() => PipeName.Check(null!)).Should().Throw<ArgumentNullException>();
}
