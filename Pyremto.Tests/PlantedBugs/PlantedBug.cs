using Pyremto.Tests.Architecture;

namespace Pyremto.Tests.PlantedBugs;

/// <summary>A bug that may be planted: some lines of one file, and what they become.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Rule">The rule that it breaks.</param>
/// <param name="File">The file, relative to the repository.</param>
/// <param name="Expected">The nets that have to catch it; one that is no <see cref="Net"/> of all bugs is part of a test's full
/// name.</param>
/// <param name="Old">The lines that it replaces, which stand there exactly once.</param>
/// <param name="New">The lines in their place.</param>
internal sealed record PlantedBug(
    string Name, string Rule, string File, IReadOnlyList<string> Expected, IReadOnlyList<string> Old, IReadOnlyList<string> New)
{
    public string Project => File[..File.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>Where in the lines of a file the bug can be planted. Indentation does not count.</summary>
    public IEnumerable<int> FindIn(IReadOnlyList<string> lines) => Enumerable.Range(0, Math.Max(0, lines.Count - Old.Count + 1))
        .Where(first => Old.Select((line, i) => lines[first + i].AsSpan().Trim().SequenceEqual(line.AsSpan().Trim())).All(same => same));

    /// <summary>The lines of a file with the bug in it.</summary>
    public IEnumerable<string> PlantIn(IReadOnlyList<string> lines)
    {
        var first = FindIn(lines).Single();
        return [.. lines.Take(first), .. New, .. lines.Skip(first + Old.Count)];
    }

    /// <summary>The list: for each bug a line "bug NAME", then "rule", "file" and "caught by" with their values, then lines as in a
    /// diff.</summary>
    public static IReadOnlyList<PlantedBug> ReadAll()
    {
        var bugs = new List<PlantedBug>();
        foreach (var entry in System.IO.File.ReadAllText(ListFile).Split("\nbug ")[1..])
            bugs.Add(Parse(entry.Split('\n')));
        return bugs;
    }

    private static string ListFile => Path.Combine(RepositoryRoot.Path, "Pyremto.Tests", "PlantedBugs", "bugs.txt");

    private static PlantedBug Parse(string[] lines)
    {
        return new PlantedBug(
            lines[0].Trim(), Value("rule "), Value("file "), Value("caught by ").Split(", "), Lines('-'), Lines('+'));

        string Value(string key) => Array.Find(lines, line => line.StartsWith(key, StringComparison.Ordinal))?[key.Length..].Trim()
            ?? throw new FormatException($"The bug {lines[0]} has no line '{key}…'.");

        List<string> Lines(char mark) => [.. lines.Where(line => line.StartsWith(mark)).Select(line => line[1..])];
    }
}
