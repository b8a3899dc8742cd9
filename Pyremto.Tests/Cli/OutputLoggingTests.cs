using Pyremto.Cli.Terminal;

namespace Pyremto.Tests.Cli;

/// <summary>What a line of the log says of its exception.</summary>
public sealed class OutputLoggingTests
{
    [Theory]
    [InlineData("One change was not kept.", "the disk is full", "One change was not kept. (the disk is full)")]
    [InlineData("Not kept: the disk is full", "the disk is full", "Not kept: the disk is full")]
    [InlineData("All is well.", null, "All is well.")]
    public void The_cause_is_told_once(string message, string? cause, string line) =>
        OutputLogging.Line(message, cause is null ? null : new IOException(cause)).Should().Be(line);
}
