using System.Text;
using Pyremto.Tests.Architecture;

namespace Pyremto.Tests.Security;

/// <summary>
/// The committed table of what each credential may do, <c>credentials.txt</c>. To accept a change, run the tests with
/// <c>PYREMTO_ACCEPT_CREDENTIALS=1</c> and look at what they write before it is committed.
/// </summary>
internal static class CredentialTable
{
    private static string File => Path.Combine(RepositoryRoot.Path, "Pyremto.Tests", "Security", "credentials.txt");

    /// <summary>Compares a section of it with what was found: for each call its cells, in the order of the columns.</summary>
    public static void ShouldBe(string section, IReadOnlyList<string> columns, IReadOnlyList<(string Call, IReadOnlyList<string> Cells)> rows)
    {
        var found = Write(section, columns, rows);
        var sections = System.IO.File.ReadAllText(File).Split("\n\n").Select(static text => text.Trim('\n')).ToList();
        var index = sections.FindIndex(text => text.StartsWith($"[{section}]", StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable("PYREMTO_ACCEPT_CREDENTIALS") == "1")
        {
            if (index < 0)
                sections.Add(found);
            else
                sections[index] = found;
            System.IO.File.WriteAllText(File, string.Join("\n\n", sections) + "\n");
            return;
        }
        index.Should().BeGreaterThanOrEqualTo(0);
        found.Split('\n').Should().Equal(
            sections[index].Split('\n'), "that is the committed table; a new call belongs into it (see CredentialTable)");
    }

    private static string Write(string section, IReadOnlyList<string> columns, IReadOnlyList<(string Call, IReadOnlyList<string> Cells)> rows)
    {
        var lines = rows.Prepend((Call: $"[{section}]", Cells: columns)).ToArray();
        var first = lines.Max(static line => line.Call.Length);
        var text = new StringBuilder();
        foreach (var (call, cells) in lines)
        {
            text.Append(call.PadRight(first));
            for (var i = 0; i < cells.Count; i++)
                text.Append("  ").Append(cells[i].PadRight(lines.Max(line => line.Cells[i].Length)));
            text.Length -= text.Length - text.ToString().TrimEnd().Length;
            text.Append('\n');
        }
        return text.ToString().TrimEnd('\n');
    }
}
