using System.Reflection;

namespace Pyremto.Tests.Architecture;

/// <summary>The directions of the arrows in the house (DESIGN part 4).</summary>
public sealed class ArrowTests
{
    private static readonly Assembly Abstractions = typeof(IJobScheduler).Assembly;
    private static readonly Assembly NamedPipes = typeof(NamedPipeServerOptions).Assembly;
    private static readonly Assembly Core = typeof(PyremtoOptions).Assembly;

    [Fact]
    public void Abstractions_stand_on_nothing_of_ours_and_on_abstractions_of_the_platform_alone()
    {
        var references = NamesOf(Abstractions);
        references.Should().NotContain(name => name.StartsWith("Pyremto", StringComparison.Ordinal));
        references.Where(name => name.StartsWith("Microsoft.Extensions", StringComparison.Ordinal))
            .Should().OnlyContain(name => name.EndsWith(".Abstractions", StringComparison.Ordinal));
    }

    [Fact]
    public void Core_stands_on_abstractions_alone() =>
        NamesOf(Core).Where(name => name.StartsWith("Pyremto", StringComparison.Ordinal)).Should().Equal(Abstractions.GetName().Name);

    [Fact]
    public void A_transport_stands_on_abstractions_alone()
    {
        foreach (var transport in new[] { NamedPipes, typeof(PyremtoHttpOptions).Assembly })
        {
            NamesOf(transport).Where(name => name.StartsWith("Pyremto", StringComparison.Ordinal))
                .Should().Equal(Abstractions.GetName().Name);
        }
    }

    [Theory]
    [InlineData("Remote")]
    [InlineData("Workers")]
    public void Remote_and_workers_use_nothing_of_scheduling_and_storage(string folder)
    {
        var decides = new[] { "Scheduling", "Storage", "Retention" }.SelectMany(TypesDeclaredIn).ToHashSet(StringComparer.Ordinal);
        decides.Should().Contain("TagLedger").And.Contain("JournaledJobStore");
        var used = SourcesOf(folder).SelectMany(file => Words().Matches(File.ReadAllText(file)).Select(match => match.Value));
        used.Intersect(decides, StringComparer.Ordinal).Should().BeEmpty();
    }

    private static IEnumerable<string> TypesDeclaredIn(string folder) =>
        SourcesOf(folder).SelectMany(file => Declarations().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value));

    private static string[] SourcesOf(string folder)
    {
        var files = Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "Pyremto.Core", folder), "*.cs", SearchOption.AllDirectories);
        return files.Length > 0 ? files : throw new InvalidOperationException($"The folder {folder} holds no source.");
    }

    private static IEnumerable<string> NamesOf(Assembly assembly) => assembly.GetReferencedAssemblies().Select(name => name.Name!);

    private static System.Text.RegularExpressions.Regex Declarations() =>
        new(@"\b(?:class|struct|interface|record|enum)\s+(?:struct\s+|class\s+)?(?<name>[A-Z]\w+)", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(5));

    private static System.Text.RegularExpressions.Regex Words() =>
        new(@"\b[A-Z]\w+", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(5));
}
