using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Pyremto.Tests.Architecture;

/// <summary>An alarm is set on the number of a log entry, so numbers are given by hand, used once, and listed in
/// docs/observability.md.</summary>
public sealed partial class EventIdTests
{
    private static readonly string[] Programs = ["Pyremto.Abstractions", "Pyremto.Core", "Pyremto.Transport.NamedPipes", "Pyremto.Transport.Http", "pyremto"];

    private static IReadOnlyList<(int Id, string Method)> Events { get; } =
    [
        .. Programs.SelectMany(name => Assembly.Load(name).GetTypes())
            .SelectMany(type => type.GetMethods(
                BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => (method, attribute: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(found => found.attribute is not null)
            .Select(found => (found.attribute!.EventId, $"{found.method.DeclaringType!.Name}.{found.method.Name}")),
    ];

    [Fact]
    public void Every_log_message_has_a_number_of_its_own()
    {
        Events.Should().HaveCountGreaterThan(40);
        Events.Where(log => log.Id <= 0).Select(log => log.Method).Should().BeEmpty("each has EventId");
        Events.GroupBy(log => log.Id).Where(group => group.Count() > 1).SelectMany(group => group).Should().BeEmpty();
    }

    [Fact]
    public void The_numbers_in_the_docs_are_those_in_the_code()
    {
        var docs = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "observability.md"));

        var listed = Row().Matches(docs).Select(match => int.Parse(match.Groups["id"].Value, System.Globalization.CultureInfo.InvariantCulture));

        listed.Should().Equal(Events.Select(log => log.Id).Order());
    }

    [GeneratedRegex(@"^\| (?<id>\d+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
