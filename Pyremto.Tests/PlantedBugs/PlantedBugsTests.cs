using Pyremto.Tests.Architecture;

namespace Pyremto.Tests.PlantedBugs;

/// <summary>The list of planted bugs, which is worth something only while each can be planted.</summary>
public sealed class PlantedBugsTests
{
    private static readonly string[] Rules = [.. Enumerable.Range(1, 20).Select(number => $"S{number}")];

    public static TheoryData<string> Names => [.. PlantedBug.ReadAll().Select(bug => bug.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_code_that_a_bug_replaces_is_there_once(string name)
    {
        var bug = PlantedBug.ReadAll().Single(bug => bug.Name == name);

        var lines = await File.ReadAllLinesAsync(Path.Combine(RepositoryRoot.Path, bug.File));

        bug.FindIn(lines).Should().ContainSingle($"{bug.File} holds it; where it has changed, change 'bugs.txt' too");
        bug.New.Should().NotEqual(bug.Old);
    }

    [Fact]
    public void Every_rule_has_a_bug_that_breaks_it() =>
        PlantedBug.ReadAll().Select(bug => bug.Rule).Distinct(StringComparer.Ordinal).Should().BeEquivalentTo(Rules);

    [Fact]
    public void Names_are_unique_and_every_bug_has_a_net() =>
        PlantedBug.ReadAll().Should().OnlyHaveUniqueItems(bug => bug.Name).And.OnlyContain(bug => bug.Expected.Count > 0);
}
