using System.Text;
using System.Text.Json;

namespace Pyremto.Tests.Formats;

/// <summary>A table from strangers runs nothing in a spreadsheet and steers no terminal.</summary>
public sealed class HostileCellTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1+1", "'+1+1")]
    [InlineData("-1+1", "'-1+1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("＝1+1", "'＝1+1")]
    [InlineData("＋1+1", "'＋1+1")]
    [InlineData("－1+1", "'－1+1")]
    [InlineData("＠SUM(A1)", "'＠SUM(A1)")]
    [InlineData("\n=1+1", "\"'\n=1+1\"")]
    [InlineData("\r=1+1", "\"'\r=1+1\"")]
    [InlineData("\t=1+1", "'\t=1+1")]
    [InlineData("-1.5e3", "-1.5e3")]
    [InlineData("+7", "+7")]
    [InlineData("a=b", "a=b")]
    [InlineData("a\nb\tc", "\"a\nb\tc\"")]
    public async Task No_cell_is_a_formula(string text, string cell) => (await LastCellAsync(Quoted(text))).Should().Be(cell);

    [Theory]
    [InlineData("\u001b]0;title\u0007", "\\u001b]0;title\\u0007")]
    [InlineData("\u009b31mred", "\\u009b31mred")]
    [InlineData("a\u0090b\u007fc\0d", "a\\u0090b\\u007fc\\u0000d")]
    [InlineData("\0=1+1", "\\u0000=1+1")]
    [InlineData("ä\u00a0ö", "ä\u00a0ö")]
    public async Task No_cell_steers_a_terminal(string text, string cell) => (await LastCellAsync(Quoted(text))).Should().Be(cell);

    [Fact]
    public async Task Neither_does_an_array_a_header_or_a_worker()
    {
        (await LastCellAsync("[\"\u009b1m\"]")).Should().Be("\"[\"\"\\u009b1m\"\"]\"");

        var text = await WriteAsync($$"""{{{Quoted("\u001b[1m\u009b")}}:1}""", "w\u001b[31m");

        text.Should().Contain("result.\\u001b[1m\\u009b").And.Contain("w\\u001b[31m");
        text.Should().NotContain("\u001b").And.NotContain("\u009b");
    }

    private static string Quoted(string text) => "\"" + JsonEncodedText.Encode(text) + "\"";

    /// <summary>The cell of the result, behind those that every row has.</summary>
    private static async Task<string> LastCellAsync(string json)
    {
        var table = await WriteAsync($$"""{"a":{{json}}}""");
        return table.TrimEnd('\n')[(table.IndexOf('\n', StringComparison.Ordinal) + 1)..].Split(',', 8)[7];
    }

    private static async Task<string> WriteAsync(string result, string worker = "w")
    {
        var output = new MemoryStream();
        var row = new JobResult
        {
            JobId = 0, Description = JsonText.Parse("{}"), Result = JsonText.Parse(result), Attempt = 1, Worker = worker,
            StartedAt = DateTimeOffset.UnixEpoch, DoneAt = DateTimeOffset.UnixEpoch.AddSeconds(1),
        };
        await ResultWriters.ForFile(".csv").WriteAsync(_ => new[] { row }.ToAsyncEnumerable(), output, CancellationToken.None);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
