using Pyremto.Cli.Terminal;

namespace Pyremto.Tests.Cli;

/// <summary>What is drawn over and over at a terminal, whatever becomes of its width.</summary>
public sealed class LiveLinesTests : IDisposable
{
    private readonly StringWriter _sent = new() { NewLine = "\n" };
    private readonly ReflowingTerminal _terminal = new(width: 60);
    private readonly LiveLines _live;
    private int _width = 60;

    public LiveLinesTests() => _live = new LiveLines(_sent);

    public void Dispose() => _sent.Dispose();

    [Theory]
    [InlineData(60)]
    [InlineData(59)]
    [InlineData(45)]
    [InlineData(30)]
    [InlineData(10)]
    [InlineData(100)]
    public void After_another_width_nothing_of_the_lines_before_is_left(int width)
    {
        Do(live => live.WriteAbove("said before", _width));
        Do(live => live.Draw(Lines(59), _width));

        Resize(width);
        Do(live => live.Draw(Lines(Math.Min(width - 1, 59)), _width));
        Do(live => live.WriteAbove("said later", _width));
        Resize(60);
        Do(live => live.Draw([new("all"), new("done")], _width));
        Do(live => live.End(keep: true, _width));

        _terminal.ToString().Should().Be("said before\nsaid later\nall\ndone");
    }

    [Fact]
    public void Lines_that_are_not_to_stay_are_taken_away_and_the_cursor_is_seen_again()
    {
        Do(live => live.WriteAbove("said before", _width));
        Do(live => live.Draw(Lines(59), _width));
        Resize(20);
        Do(live => live.End(keep: false, _width));

        _terminal.ToString().Should().Be("said before");
        _sent.ToString().Should().EndWith("\u001b[?25h");
    }

    [Fact]
    public void Nothing_is_sent_where_nothing_was_drawn()
    {
        Do(live => live.End(keep: false, _width));

        _sent.ToString().Should().BeEmpty();
    }

    private static LiveLine[] Lines(int width) => [new(new string('━', width)), new(new string('x', width / 2)), new(new string('y', width))];

    private void Resize(int width)
    {
        _width = width;
        _terminal.Resize(width);
    }

    private void Do(Action<LiveLines> act)
    {
        var before = _sent.GetStringBuilder().Length;
        act(_live);
        _terminal.Write(_sent.ToString()[before..]);
    }
}
