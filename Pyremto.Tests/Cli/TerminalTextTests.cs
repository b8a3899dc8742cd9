using Pyremto.Cli.Terminal;

namespace Pyremto.Tests.Cli;

/// <summary>Text from elsewhere, made to fit a terminal.</summary>
public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("abc", 3, "abc")]
    [InlineData("abcd", 3, "ab…")]
    [InlineData("ab😀cd", 4, "ab…")] // half of a pair would be shown as a question mark
    [InlineData("ab😀cd", 5, "ab😀…")]
    [InlineData("abc", 1, "…")]
    [InlineData("abc", 0, "")]
    [InlineData("a\nb\u001b[31m", 20, "a\\nb\\x1b[31m")]
    public void It_is_cut_between_characters(string text, int width, string shown) => TerminalText.Fit(text, width).Should().Be(shown);
}
