using Pyremto.Cli.Programs;

namespace Pyremto.Tests.Cli.Programs;

public sealed class LastWordsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("one\ntwo\n\n", "two")]
    [InlineData("Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\nValueError: no", "ValueError: no")]
    [InlineData("Traceback (most recent call last):\n  File \"a.py\", line 1\n    f()\nmy.Diverged: shapes differ:\n(3, 4)\n(4, 5)\n", "my.Diverged: shapes differ: …")]
    [InlineData("Traceback (most recent call last):\n  File \"a.py\"\nKeyError: 1\n\nDuring handling of it:\n\nTraceback (most recent call last):\n  File \"b.py\"\nOSError: 2", "OSError: 2")]
    [InlineData("Unhandled exception. System.IO.IOException: disk\nis gone\n   at A.B()\n   at C.D()\n", "Unhandled exception. System.IO.IOException: disk …")]
    [InlineData("Exception in thread \"main\" java.lang.Error: no\n\tat A.b(A.java:1)\n\t... 3 more\n", "Exception in thread \"main\" java.lang.Error: no")]
    [InlineData("Error: a\nb\n    at Object.<anonymous> (x.js:1:7)\n", "Error: a …")]
    [InlineData("Traceback (most recent call last):\n  File \"a.py\"", "File \"a.py\"")]
    [InlineData("   at nowhere", "at nowhere")]
    public void The_line_with_the_exceptions_type_says_most_else_the_last(string text, string line) => LastWords.In(text).Should().Be(line);

    [Fact]
    public void An_exception_that_was_logged_long_before_the_end_is_not_why_it_ended() =>
        LastWords.In($"Traceback (most recent call last):\n  File\nOSError: retried\n{string.Concat(Enumerable.Repeat("went on\n", 50))}no luck").Should().Be("no luck");
}
