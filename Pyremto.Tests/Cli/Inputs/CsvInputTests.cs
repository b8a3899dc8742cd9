namespace Pyremto.Tests.Cli.Inputs;

/// <summary>Jobs from tables.</summary>
public sealed class CsvInputTests
{
    [Fact]
    public async Task Numbers_are_numbers_with_their_digits_as_they_stand() =>
        (await InputFiles.ReadAsync("a.csv", "i,f,e,big,neg\n1,0.10,1e-3,9223372036854775808,-0\n"))
            .Should().Equal("{\"i\":1,\"f\":0.10,\"e\":1e-3,\"big\":9223372036854775808,\"neg\":-0}");

    [Theory]
    [InlineData("007", "\"007\"")]
    [InlineData("+5", "\"+5\"")]
    [InlineData(".5", "\".5\"")]
    [InlineData("5.", "\"5.\"")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData("٣", "\"٣\"")]
    [InlineData("", "null")]
    [InlineData("true", "true")]
    [InlineData("True", "\"True\"")]
    [InlineData("NaN", "NaN")]
    [InlineData("-Infinity", "-Infinity")]
    [InlineData("nan", "\"nan\"")]
    [InlineData("2024-01-02", "\"2024-01-02\"")]
    [InlineData("\"a \"\"b\"\", c\"", "\"a \\\"b\\\", c\"")]
    [InlineData("\"two\nlines\"", "\"two\\nlines\"")]
    [InlineData("\"5\"", "5")]
    [InlineData("Zürich", "\"Zürich\"")]
    public async Task What_a_cell_means(string cell, string json) =>
        (await InputFiles.ReadAsync("a.csv", $"k,v\n1,{cell}\n")).Should().Equal($"{{\"k\":1,\"v\":{json}}}");

    [Fact]
    public async Task A_dotted_header_is_a_field_of_an_object_wherever_its_column_stands() =>
        (await InputFiles.ReadAsync("a.csv", "model.depth,lr,model.opt.name\n3,0.1,adam\n"))
            .Should().Equal("{\"model\":{\"depth\":3,\"opt\":{\"name\":\"adam\"}},\"lr\":0.1}");

    [Theory]
    [InlineData("a.csv", "x;y\r\n1;a,b\r\n")]
    [InlineData("a.tsv", "x\ty\n1\ta,b\n")]
    [InlineData("a.csv", "\uFEFF x , y \n 1 , \"a,b\" \n")]
    [InlineData("a.csv", "\n\nx,y\n\n1,\"a,b\"\n   \n")]
    public async Task Separators_white_space_blank_rows_and_marks_of_byte_order_are_understood(string name, string content) =>
        (await InputFiles.ReadAsync(name, content)).Should().Equal("{\"x\":1,\"y\":\"a,b\"}");

    [Fact]
    public async Task One_column_is_a_table_too() =>
        (await InputFiles.ReadAsync("a.csv", "path\n/data/a b.png\n/data/c.png\n")).Should().Equal("{\"path\":\"/data/a b.png\"}", "{\"path\":\"/data/c.png\"}");

    [Theory]
    [InlineData("x,y\n1,2\n3\n", "a.csv:3:2: This row has 1 cells, and the header names 2 fields")]
    [InlineData("x,y\n1,2\n\n3,4,5\n", "a.csv:4:5: This row has 3 cells, and the header names 2 fields")]
    [InlineData("x,y\n\"a\nb\",2\nü,ü,5\n", "a.csv:4:5: This row has 3 cells")]
    [InlineData("x,y\n1,ab\"c\"\n", "a.csv:2:5: A quotation mark stands where none may")]
    [InlineData("x,y\n1,\"ab\n2,3\n", "a.csv:2:3: The quotation mark that opens this cell is never closed.")]
    [InlineData("x,,y\n1,2,3\n", "a.csv:1:3: A column has no name.")]
    [InlineData("x,y,x\n1,2,3\n", "a.csv:1:5: 'x' is there twice.")]
    [InlineData("a,a.b\n1,2\n", "a.csv:1:3: 'a.b' needs 'a' to be an object")]
    [InlineData("a.b,a\n1,2\n", "a.csv:1:5: 'a' is there twice.")]
    [InlineData("a..b\n1\n", "a.csv:1:1: 'a..b' has a dot with no name beside it")]
    public async Task What_is_broken_is_named_by_file_line_and_column(string content, string expected) =>
        (await InputFiles.RefusalAsync("a.csv", content)).Should().StartWith(expected).And.EndWith(" Nothing was set up.");

    [Fact]
    public async Task A_cell_that_is_no_UTF8_is_named()
    {
        byte[] latin = [.. "x,y\n1,a\n2,caf"u8, 0xE9, .. "\n"u8];

        (await InputFiles.RefusalAsync("a.csv", latin)).Should().StartWith("a.csv:3:3: This is not UTF-8 text");
    }

    [Fact]
    public async Task A_long_table_is_read_in_pieces()
    {
        var rows = Enumerable.Range(0, 50_000).Select(i => $"{i},{new string('ä', i % 53)}").ToArray();

        (await InputFiles.ReadAsync("a.csv", $"i,s\n{string.Join("\r\n", rows)}")).Should().HaveCount(rows.Length)
            .And.HaveElementAt(49_999, $"{{\"i\":49999,\"s\":\"{new string('ä', 49_999 % 53)}\"}}");
    }
}
