namespace Pyremto.Tests.Remote;

public sealed class QrCodeTests
{
    [Fact]
    public void The_code_is_square_with_a_quiet_zone_of_four_modules()
    {
        var lines = Lines(colours: false);

        lines.Should().OnlyContain(line => line.Length == lines[0].Length);
        lines.Length.Should().Be((lines[0].Length + 1) / 2);
        lines[0].Should().MatchRegex("^█+$");
        lines[1].Should().MatchRegex("^█+$");
        lines.Should().OnlyContain(line => line.StartsWith("████") && line.EndsWith("████"));
    }

    [Fact]
    public void With_colours_it_is_black_on_white_whatever_the_background()
    {
        foreach (var line in Lines(colours: true))
            line.Should().StartWith("\e[38;5;16;48;5;231m    ").And.EndWith("    \e[0m");
    }

    [Fact]
    public void The_finder_pattern_stands_where_it_has_to()
    {
        var lines = Lines(colours: false);

        // Rows 4 and 5 of the modules: seven dark, then dark, five light, dark; light is drawn.
        lines[2][4..11].Should().Be(" ▄▄▄▄▄ ");
    }

    [Fact]
    public void The_longest_names_fit()
    {
        var act = () => TagPages.QrCodes.WritePng("https://coordinator.example.org/t/" + new string('語', 128) + "#view=" + new string('x', 100));

        act.Should().NotThrow();
    }

    private static string[] Lines(bool colours) => TagPages.QrCodes.WriteText("svr", colours ? QrTextStyle.Colours : QrTextStyle.DarkBackground).TrimEnd('\n').Split('\n');
}
