using System.Text;
using System.Text.Json;

namespace Pyremto.Tests.Transport.Http.PyremtoV2;

public sealed class AsciiJsonTests
{
    public static TheoryData<string> Texts => ["", "plain", "\"quoted\" and \\ back", "Größe", "日本", "🙂", "\u0000\u001f\u007f", new string('"', 10_000), new string('ä', 5_000) + "🙂"];

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_literal_is_ASCII_and_reads_back_as_the_text(string text)
    {
        var literal = Write(text);

        Ascii.IsValid(literal).Should().BeTrue();
        JsonSerializer.Deserialize<string>(literal).Should().Be(text);
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_literal_of_a_literal_reads_back_when_it_is_decoded_twice(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var buffer = new byte[AsciiJson.MostBytesTwice(utf8.Length)];
        var literal = Encoding.ASCII.GetString(buffer, 0, AsciiJson.WriteTwice(utf8, buffer));

        JsonSerializer.Deserialize<string>(JsonSerializer.Deserialize<string>(literal)!).Should().Be(text);
        JsonSerializer.Deserialize<string>(literal).Should().Be(Write(text), "each step is the literal that Python would write");
    }

    [Fact]
    public void Escapes_are_those_of_Python() =>
        Write("a\"\\ö🙂\n").Should().Be("""
            "a\"\\\u00f6\ud83d\ude42\u000a"
            """);

    private static string Write(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var buffer = new byte[AsciiJson.MostBytes(utf8.Length)];
        return Encoding.ASCII.GetString(buffer, 0, AsciiJson.Write(utf8, buffer));
    }
}
