using System.CommandLine;
using System.CommandLine.Parsing;
using Pyremto.Cli.Verbs;
using Pyremto.Tests.Architecture;

namespace Pyremto.Tests.Cli;

/// <summary>What help and documentation show can be typed.</summary>
public sealed class ExampleTests
{
    public static TheoryData<string> Lines { get; } =
    [
        .. new PyremtoCommand().Subcommands.OfType<Verb>().SelectMany(verb => verb.Examples)
            .Concat(File.ReadLines(Path.Combine(RepositoryRoot.Path, "docs", "command-line.md")).Where(line => line.Contains("pyremto ", StringComparison.Ordinal)
                && (line.StartsWith("pyremto", StringComparison.Ordinal) || line.StartsWith("ssh", StringComparison.Ordinal) || line.Contains("| pyremto", StringComparison.Ordinal))
                && !line.StartsWith('|')))
            .Distinct(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Lines))]
    public void Every_example_is_right_use(string line)
    {
        var commands = line.Split(" #", 2)[0].Split(['|', '&', '>'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(command => command.Split("pyremto ", 2) is [_, var rest] ? rest.TrimEnd('"', ')') : null)
            .OfType<string>().ToArray();

        commands.Should().NotBeEmpty();
        foreach (var command in commands)
            new PyremtoCommand().Parse(CommandLineParser.SplitCommandLine(command).ToArray()).Errors.Select(error => error.Message).Should().BeEmpty(command);
    }
}
