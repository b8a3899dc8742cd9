using System.Globalization;
using System.Xml.Linq;

namespace Pyremto.Tests.PlantedBugs;

/// <summary>What a net said of a bug.</summary>
/// <param name="IsCaught">Whether it caught it.</param>
/// <param name="Words">How: in which seeds, or by which tests.</param>
internal readonly record struct Catch(bool IsCaught, string Words);

/// <summary>Tests that a bug is held against, run in the copy of the sources that it was planted in.</summary>
internal sealed record Net(string Name, Func<SourceCopy, Task<Catch>> RunAsync)
{
    private const int Seeds = 200;

    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(4);

    /// <summary>Those that every bug is held against.</summary>
    public static IReadOnlyList<Net> OfAllBugs { get; } =
    [
        new("simulation", SimulateAsync),
        Filtered("conformance", "FullyQualifiedName~Conformance.Stores|FullyQualifiedName~Conformance.Schedulers.InProcess"),
        Filtered("model-based", "FullyQualifiedName~ModelBased"),
    ];

    /// <summary>The net of that name; a name of none is part of a test's full name.</summary>
    public static Net Named(string name) =>
        OfAllBugs.FirstOrDefault(net => net.Name == name) ?? Filtered(name, $"FullyQualifiedName~{name}");

    private static Net Filtered(string name, string filter) => new(name, copy => TestAsync(copy, filter));

    private static async Task<Catch> SimulateAsync(SourceCopy copy)
    {
        var end = await copy.RunAsync(TimeLimit, copy.TestAssembly, "simulation", "1", Seeds.ToString(CultureInfo.InvariantCulture));
        if (end is null)
            return new Catch(true, "does not end");
        var lines = end.Value.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new Catch(end.Value.ExitCode != 0, lines.Length == 0 ? "no output" : lines[^1]);
    }

    private static async Task<Catch> TestAsync(SourceCopy copy, string filter)
    {
        var report = copy.File("report.trx");
        File.Delete(report);
        var end = await copy.RunAsync(TimeLimit, "test", copy.TestAssembly, "--nologo", "--filter", filter, "--logger", $"trx;LogFileName={report}");
        if (end is null)
            return new Catch(true, "does not end");
        if (!File.Exists(report))
            return new Catch(end.Value.ExitCode != 0, "the test process ended without a report");
        var results = XDocument.Load(report).Descendants().Where(element => element.Name.LocalName == "UnitTestResult").ToList();
        if (results.Count == 0)
            throw new InvalidOperationException($"No test fits the filter '{filter}'.");
        var failed = results.Where(result => (string?)result.Attribute("outcome") == "Failed").Select(result => (string)result.Attribute("testName")!).ToList();
        return failed.Count == 0
            ? new Catch(end.Value.ExitCode != 0, $"{results.Count} passed")
            : new Catch(true, $"{failed.Count} of {results.Count}: {failed[0][(failed[0].LastIndexOf('.') + 1)..]}");
    }
}
