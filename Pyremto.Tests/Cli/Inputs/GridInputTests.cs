using Pyremto.Cli.Inputs;
using Pyremto.Cli.Terminal;

namespace Pyremto.Tests.Cli.Inputs;

/// <summary>Jobs from <c>--grid</c>.</summary>
public sealed class GridInputTests
{
    [Fact]
    public async Task The_product_of_all_axes_the_first_varies_slowest() =>
        (await ReadAsync("lr=0.10,1e-3", "depth=2..4")).Should().Equal(
            "{\"lr\":0.10,\"depth\":2}", "{\"lr\":0.10,\"depth\":3}", "{\"lr\":0.10,\"depth\":4}",
            "{\"lr\":1e-3,\"depth\":2}", "{\"lr\":1e-3,\"depth\":3}", "{\"lr\":1e-3,\"depth\":4}");

    [Theory]
    [InlineData("x=5..2", "5 4 3 2")]
    [InlineData("x=2..2", "2")]
    [InlineData("x=-1..1", "-1 0 1")]
    [InlineData("x=0..10..4", "0 4 8")]
    [InlineData("x=10..0..-4", "10 6 2")]
    [InlineData("x=0..1..0.25", "0 0.25 0.5 0.75 1")]
    [InlineData("x=0.1..0.3..0.1", "0.1 0.2 0.3")]
    [InlineData("x=1..2..1e-1", "1 1.1 1.2 1.3 1.4 1.5 1.6 1.7 1.8 1.9 2")]
    [InlineData("x=1..3, 7,9..8", "1 2 3 7 9 8")]
    [InlineData("x=a,true,NaN,007", "\"a\" true NaN \"007\"")]
    [InlineData("x=../data,a=b", "\"../data\" \"a=b\"")]
    [InlineData("x=[\"a,b\", [64, 32], null, {\"k\":1}]", "\"a,b\" [64,32] null {\"k\":1}")]
    [InlineData("x=[\"\"]", "\"\"")]
    public async Task The_values_of_an_axis(string axis, string values) =>
        (await ReadAsync(axis)).Should().Equal(values.Split(' ').Select(value => $"{{\"x\":{value}}}"));

    [Fact]
    public async Task A_dotted_name_is_a_field_of_an_object() =>
        (await ReadAsync("model.depth=1,2", "lr=0.1", "model.kind=a")).Should().Equal(
            "{\"model\":{\"depth\":1,\"kind\":\"a\"},\"lr\":0.1}", "{\"model\":{\"depth\":2,\"kind\":\"a\"},\"lr\":0.1}");

    [Theory]
    [InlineData("lr", "write FIELD=VALUES")]
    [InlineData("=1", "write FIELD=VALUES")]
    [InlineData("lr=", "a value is empty")]
    [InlineData("lr=1,,2", "a value is empty")]
    [InlineData("lr=0.1..0.5", "needs its step")]
    [InlineData("lr=1..5..0", "cannot be 0")]
    [InlineData("lr=0..1000000000", "more than 10,000,000 values")]
    [InlineData("lr=0..1..1e-28", "more than 10,000,000 values")]
    [InlineData("lr=1e20..2e20..1e-20", "more than 10,000,000 values")]
    [InlineData("lr=-7e28..7e28..1e28", "too large for a range")]
    [InlineData("lr=1e99..2", "too large for a range")]
    [InlineData("lr=[1,", "has to be a JSON array")]
    [InlineData("lr=[]", "there is no value in it")]
    [InlineData("a..b=1", "a dot with no name")]
    public void An_axis_that_is_not_written_well_is_refused_with_words(string axis, string words) =>
        Refused(axis).Should().StartWith($"--grid {axis}: ").And.Contain(words);

    [Fact]
    public void A_field_is_there_once() => Refused("lr=1", "lr=2").Should().Be("--grid lr=2: 'lr' is there twice.");

    [Fact]
    public void A_product_beyond_all_measure_is_refused_before_it_is_made() =>
        Refused([.. Enumerable.Range(0, 30).Select(i => $"x{i}=1..1000")]).Should().Contain("more than 100,000,000 jobs");

    private static string Refused(params string[] axes) =>
        ((Func<GridInput>)(() => new GridInput(axes))).Should().Throw<CommandException>().Where(error => error.ExitCode == ExitCode.WrongUse).Which.Message;

    private static async Task<string[]> ReadAsync(params string[] axes) =>
        [.. (await new GridInput(axes).ReadAsync(CancellationToken.None)).Select(job => System.Text.Encoding.UTF8.GetString(job.Original.Span))];
}
